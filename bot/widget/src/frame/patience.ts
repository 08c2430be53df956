// Trying again, with pauses that grow, until it works or the visitor stops it.
import { Problem } from "./server";

const LONGEST = 30; // seconds between two tries, unless the server asks for more

export interface Patience {
  signal: AbortSignal;
  /** Told before each pause: what went wrong, and how many seconds the pause lasts. */
  onPause(problem: Problem, seconds: number): void;
}

/**
 * Try until it works.
 *
 * @throws Problem when it is one that does not pass.
 */
export async function persist<T>(attempt: () => Promise<T>, { signal, onPause }: Patience): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Problem) || !error.isPassing) throw error;
      // Not all at once, when a server that was down for everybody comes back.
      const seconds = error.wait ?? Math.min(LONGEST, Math.ceil(2 ** tries * (0.75 + Math.random() / 2)));
      onPause(error, seconds);
      await pause(seconds, signal);
    }
  }
}

/** Wait, at most until the browser is online again. */
function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => () => {
      clearTimeout(timer);
      removeEventListener("online", go);
      signal.removeEventListener("abort", stop);
      settle();
    };
    const go = end(resolve);
    const stop = end(() => reject(signal.reason));
    const timer = setTimeout(go, seconds * 1000);
    addEventListener("online", go);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
  });
}
