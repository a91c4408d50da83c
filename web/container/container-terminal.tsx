import { useEffect, useRef, useState } from 'preact/hooks';
import { text } from '../texts.ts';
import { wordsOf } from '../words-of.ts';
import type { Shell } from './shell.ts';

/** A program in the container, in a terminal. */
export function ContainerTerminal({ id }: { readonly id: string }) {
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const shell = useRef<Shell | undefined>(undefined);
  const [isOpen, setOpen] = useState(false);
  const [message, setMessage] = useState('');
  const close = () => {
    shell.current?.close();
    shell.current = undefined;
    setOpen(false);
  };
  useEffect(() => close, []);
  const open = async (command: string) => {
    const query = wordsOf(command)
      .map((word) => `cmd=${encodeURIComponent(word)}`)
      .join('&');
    setMessage('');
    setOpen(true);
    const { openShell } = await import('./shell.ts');
    if (!place.current) return;
    shell.current = openShell(place.current, {
      path: `apiv1/container/${id}/exec/ws?tty=true&${query}`,
      left: () => button.current?.focus(),
      ended: (how) => {
        close();
        setMessage('exitCode' in how ? text('shellEnded', { code: how.exitCode }) : how.message || text('shellFailed'));
      },
    });
  };
  return (
    <>
      <form
        class="actions"
        onSubmit={(event) => {
          event.preventDefault();
          const command = String(new FormData(event.currentTarget).get('command'));
          if (isOpen) close();
          else open(command).catch((error: Error) => setMessage(error.message));
        }}
      >
        <label>
          {text('command')} <input name="command" defaultValue="sh" disabled={isOpen} required />
        </label>
        <button ref={button} type="submit">
          {text(isOpen ? 'closeShell' : 'openShell')}
        </button>
      </form>
      <p role="status">{isOpen ? text('leaveShell') : message}</p>
      {isOpen && <div ref={place} class="shell" />}
    </>
  );
}
