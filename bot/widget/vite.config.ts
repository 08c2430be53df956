// Builds what the server serves: `vite build` the page, `vite build --mode loader` the one file that other sites include.
// OUT names another folder than bundle/, so that a test can compare the two.
import { defineConfig, type UserConfig } from "vite";

const out = process.env["OUT"] ?? "bundle";

const page: UserConfig = {
  base: "./",
  publicDir: false,
  build: {
    target: "es2022",
    outDir: out,
    emptyOutDir: true,
    assetsDir: "static",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
};

const loader: UserConfig = {
  publicDir: false,
  build: {
    target: "es2022",
    outDir: out,
    emptyOutDir: false,
    lib: { entry: "src/loader/main.ts", formats: ["iife"], name: "chat", fileName: () => "embed.js" },
  },
};

export default defineConfig(({ mode }) => (mode === "loader" ? loader : page));
