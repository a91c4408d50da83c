import type { Input } from './io.ts';

/** Standard input of this process. It is opened when it is first read: a terminal would otherwise be held for nothing. */
export function processInput(): Input {
  return {
    get isTerminal() {
      return process.stdin.isTTY === true;
    },
    setRaw: (isRaw) => {
      if (process.stdin.isTTY) process.stdin.setRawMode(isRaw);
    },
    read: () => process.stdin as AsyncIterable<Buffer>,
    close: () => void process.stdin.destroy(),
  };
}

/** What ends a process, or tells it something, from outside. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

export function onSignal(listener: (signal: string) => void): () => void {
  const listeners = signals.map((signal) => [signal, () => listener(signal.slice(3))] as const);
  for (const [signal, each] of listeners) process.on(signal, each);
  return () => {
    for (const [signal, each] of listeners) process.off(signal, each);
  };
}
