import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LogLine } from '../../src/api/log.ts';
import { send } from '../api.ts';
import { jsonLinesOf } from '../json-lines.ts';
import { text } from '../texts.ts';
import { piecesOf, plainText } from './ansi.ts';

/** Of a log that is followed, the last lines are kept, and drawn so often. */
const maxLines = 2_000;
const drawMs = 200;
const tail = 200;
const maxLineLength = 10_000;
/** Whoever reads further up stays there. */
const nearPixels = 200;

interface LogProps {
  readonly id: string;
  /** The service that it is a replica of. */
  readonly service: string | undefined;
}

/** The log as it is written; of all replicas of its service, where that is asked for. */
export function ContainerLog({ id, service }: LogProps) {
  const [isWhole, setWhole] = useState(false);
  const [query, setQuery] = useState('');
  const of = isWhole && service !== undefined ? `service=${encodeURIComponent(service)}` : `container=${id}`;
  const { lines, message } = useLog(of);
  const view = useRef<HTMLPreElement>(null);
  const shown = useMemo(() => {
    const part = query.toLowerCase();
    return part === '' ? lines : lines.filter(({ line }) => plainText(line).toLowerCase().includes(part));
  }, [lines, query]);
  useEffect(() => {
    const at = view.current;
    if (at && at.scrollHeight - at.scrollTop - at.clientHeight < nearPixels) at.scrollTop = at.scrollHeight;
  }, [shown]);
  return (
    <>
      <h3>{text('log')}</h3>
      <p class="actions">
        <input
          type="search"
          placeholder={text('searchLog')}
          aria-label={text('searchLog')}
          value={query}
          onInput={({ currentTarget }) => setQuery(currentTarget.value)}
        />
        {query !== '' && <span role="status">{text('linesFound', { count: shown.length, all: lines.length })}</span>}
        {service !== undefined && (
          <label>
            <input type="checkbox" checked={isWhole} onChange={() => setWhole(!isWhole)} />{' '}
            {text('wholeService', { service })}
          </label>
        )}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached with the keyboard. */}
      <pre class="log" ref={view} tabIndex={0} role="log" aria-label={text('log')}>
        {shown.map((line) => (
          <Line key={line.number} {...line} isNamed={isWhole} />
        ))}
        {lines.length === 0 && message === '' && <span class="dim">{text('logEmpty')}</span>}
        {message !== '' && <span class="dim">{message}</span>}
      </pre>
    </>
  );
}

interface NumberedLine extends Pick<LogLine, 'container' | 'stream' | 'line'> {
  readonly number: number;
}

function Line({ container, stream, line, isNamed }: NumberedLine & { readonly isNamed: boolean }) {
  return (
    <span class={stream}>
      {isNamed && <b>{container} </b>}
      {piecesOf(line).map(({ text: piece, look }, at) => (
        <span key={at} class={look}>
          {piece}
        </span>
      ))}
      {'\n'}
    </span>
  );
}

function useLog(of: string): { readonly lines: readonly NumberedLine[]; readonly message: string } {
  const [log, setLog] = useState<{ lines: readonly NumberedLine[]; message: string }>({ lines: [], message: '' });
  useEffect(() => {
    const ended = new AbortController();
    let fresh: NumberedLine[] = [];
    let count = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    setLog({ lines: [], message: '' });
    const draw = () => {
      timer = undefined;
      const added = fresh;
      fresh = [];
      setLog(({ lines, message }) => ({ lines: [...lines, ...added].slice(-maxLines), message }));
    };
    const follow = async () => {
      const path = `apiv1/logs?${of}&format=json&follow=true&tail=${tail}`;
      const response = await send('GET', path, { signal: ended.signal });
      for await (const { container, stream, line } of jsonLinesOf<LogLine>(response)) {
        fresh.push({ container, stream, line: line.slice(0, maxLineLength), number: count++ });
        if (fresh.length > 2 * maxLines) fresh = fresh.slice(-maxLines);
        timer ??= setTimeout(draw, drawMs);
      }
      throw new Error(text('logEnded'));
    };
    follow().catch((error: Error) => {
      if (ended.signal.aborted) return;
      draw();
      setLog(({ lines }) => ({ lines, message: error.message }));
    });
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
  }, [of]);
  return log;
}
