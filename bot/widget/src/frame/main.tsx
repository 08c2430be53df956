// The chat page, by itself or in the frame that the loader opens.
import { render } from "preact";
import { Conversation } from "./conversation";
import { connectToLoader } from "./frame";
import { watchWayOut } from "./leaving";
import { readOptions } from "./options";
import "./style/page.css";
import { App } from "./view/app";
import { loadWords } from "./words";

const options = readOptions();
const words = await loadWords(options.language);
const root = document.documentElement;
root.lang = words.language;
root.dir = words.direction;
root.classList.toggle("embedded", options.isEmbedded);
document.title = words.title;

const conversation = new Conversation(words);
const wayOut = watchWayOut(conversation, words, options);
const page = document.getElementById("page")!;
page.replaceChildren(); // what stood there was for browsers without JavaScript
render(<App conversation={conversation} words={words} isEmbedded={options.isEmbedded} wayOut={wayOut} />, page);
if (options.isEmbedded) connectToLoader(options.exit, words, () => wayOut.erase());
await conversation.start();
