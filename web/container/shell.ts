import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { channels, processProtocol } from '../../src/api/process-channels.ts';

export interface Shell {
  close(): void;
}

interface ShellOptions {
  readonly path: string;
  /** With a sentence of the server, or the exit code. */
  readonly ended: (how: { readonly exitCode: number } | { readonly message: string }) => void;
  /** The keyboard goes back to the page. */
  readonly left: () => void;
}

/** A terminal in `place`, on a process of a container over a WebSocket. This file and its packages are loaded when somebody opens one. */
export function openShell(place: HTMLElement, { path, ended, left }: ShellOptions): Shell {
  const { color, backgroundColor } = getComputedStyle(place);
  const terminal = new Terminal({
    ...{ screenReaderMode: true, scrollback: 5_000 },
    theme: { foreground: color, background: backgroundColor, cursor: color },
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(place);
  // Escape is the program's, and does not close the panel.
  place.addEventListener('keydown', (event) => event.stopPropagation());
  const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/${path}`, processProtocol);
  socket.binaryType = 'arraybuffer';
  const encoder = new TextEncoder();
  const send = (channel: number, bytes: Uint8Array) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(new Uint8Array([channel, ...bytes]));
  };
  const tellSize = () => {
    fit.fit();
    send(channels.resize, encoder.encode(JSON.stringify({ rows: terminal.rows, columns: terminal.cols })));
  };
  const sizes = new ResizeObserver(tellSize);
  let isOver = false;
  const end = (how: Parameters<typeof ended>[0]) => {
    if (!isOver) ended(how);
    isOver = true;
  };
  socket.addEventListener('open', () => {
    sizes.observe(place);
    tellSize();
    terminal.focus();
  });
  socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
    const message = new Uint8Array(data);
    const bytes = message.subarray(1);
    if (message[0] === channels.stdout || message[0] === channels.stderr) terminal.write(bytes);
    else if (message[0] === channels.status) {
      const { exit_code: exitCode, message: closeMessage = '' } = JSON.parse(new TextDecoder().decode(bytes));
      end(typeof exitCode === 'number' ? { exitCode } : { message: String(closeMessage) });
    }
  });
  socket.addEventListener('close', ({ reason }) => end({ message: reason }));
  terminal.onData((data) => send(channels.stdin, encoder.encode(data)));
  terminal.onBinary((data) =>
    send(
      channels.stdin,
      Uint8Array.from(data, (each) => each.charCodeAt(0)),
    ),
  );
  terminal.attachCustomKeyEventHandler(({ type, key, shiftKey }) => {
    if (type !== 'keydown' || key !== 'Escape' || !shiftKey) return true;
    left();
    return false;
  });
  return {
    close: () => {
      isOver = true;
      sizes.disconnect();
      socket.close();
      terminal.dispose();
    },
  };
}

const { createElement } = document;

/**
 * The page's policy lets no element have styles in its text: what is written to a `style` element goes to a style sheet of the document, and a
 * `style` attribute is set as a script sets it.
 */
function elementOf(tag: string, options?: ElementCreationOptions): HTMLElement {
  if (tag === 'style') return styleSheet();
  const element: HTMLElement = createElement.call(document, tag, options);
  if (tag !== 'span') return element;
  element.setAttribute = (name, value) => {
    if (name === 'style') element.style.cssText = value;
    else Element.prototype.setAttribute.call(element, name, value);
  };
  return element;
}

/** xterm has no way to be told how it makes elements. Whoever else makes some has them as they always are. */
document.createElement = elementOf as Document['createElement'];

function styleSheet(): HTMLElement {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  const element: HTMLElement = createElement.call(document, 'template');
  Object.defineProperty(element, 'textContent', { set: (rules: string) => void sheet.replace(rules) });
  Object.defineProperty(element, 'remove', {
    value: () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
      Element.prototype.remove.call(element);
    },
  });
  return element;
}
