import { useState } from 'preact/hooks';
import type { LoadLine, PullLine } from '../../src/api/engine-image.ts';
import { ActionButton } from '../action-button.tsx';
import { FieldsForm } from '../fields-form.tsx';
import { jsonLines } from '../json-lines.ts';
import { text } from '../texts.ts';
import { listOf } from '../words-of.ts';
import { sizeText } from './size-text.ts';

/** How far it is on an engine. */
interface Progress {
  readonly message: string;
  readonly isWrong?: boolean;
  /** Bytes by layer: so many of so many. */
  readonly layers: ReadonlyMap<string, readonly [number, number]>;
}

const begun: Progress = { message: '', layers: new Map() };

export function PullImage({ pulled }: { readonly pulled: () => void }) {
  const [progress, setProgress] = useState<ReadonlyMap<string, Progress>>(new Map());
  return (
    <>
      <FieldsForm
        label={text('pullImage')}
        isKept
        fields={[
          { name: 'name', label: text('image'), isRequired: true, placeholder: 'redis:7' },
          { name: 'labels', label: text('pullLabels'), placeholder: 'ssd' },
        ]}
        act={async ({ name = '', labels = '' }) => {
          setProgress(new Map());
          const requestedLabels = listOf(labels);
          const body = { name, ...(requestedLabels.length > 0 && { labels: requestedLabels }) };
          let isWell = true;
          for await (const line of jsonLines<PullLine>('apiv1/engine-images/pull', body)) {
            if (!('engine' in line)) isWell = line.ok;
            else setProgress((before) => new Map([...before, [line.engine, afterPull(before.get(line.engine), line)]]));
          }
          pulled();
          if (!isWell) throw new Error(text('pullFailed', { name }));
          return text('pulled', { name });
        }}
      >
        <p>{text('pullText')}</p>
      </FieldsForm>
      <EnginesProgress progress={progress} />
    </>
  );
}

function afterPull(before: Progress = begun, line: Exclude<PullLine, { readonly engines: unknown }>): Progress {
  if ('ok' in line) return { ...before, message: line.ok ? line.status : line.message, isWrong: !line.ok };
  if (line.layer === undefined || line.total === undefined) return { ...before, message: line.status };
  const layers = new Map([...before.layers, [line.layer, [line.current ?? 0, line.total] as const]]);
  return { ...before, message: line.status, layers };
}

interface CopyImageProps {
  readonly name: string;
  readonly from: string;
  /** Engines that do not have it. */
  readonly others: readonly string[];
  readonly copied: () => void;
}

/** To the engines that do not have it, from one that has; without a registry. */
export function CopyImage({ name, from, others, copied }: CopyImageProps) {
  const [progress, setProgress] = useState<ReadonlyMap<string, Progress>>(new Map());
  const copy = async () => {
    setProgress(new Map());
    const query = new URLSearchParams(
      [['from', from], ['name', name], ...others.map((each) => ['to', each] as const)].map(([key = '', value = '']) => [
        key,
        value,
      ]),
    );
    let problem: string | undefined;
    for await (const line of jsonLines<LoadLine>(`apiv1/engine-images/load?${query}`, undefined)) {
      if (!('engine' in line)) continue;
      const message = 'ok' in line && !line.ok ? line.message : `${line.status} ${sizeText(line.sent_bytes)}`;
      const isWrong = 'ok' in line && !line.ok;
      if (isWrong) problem ??= `${line.engine}: ${message}`;
      setProgress((before) => new Map([...before, [line.engine, { ...begun, message, isWrong }]]));
    }
    copied();
    if (problem !== undefined) throw new Error(problem);
  };
  return (
    <>
      <ActionButton
        label={text('copyImage')}
        does={text('copyImageText', { name, from, others: others.join(', ') })}
        act={copy}
      />
      <EnginesProgress progress={progress} />
    </>
  );
}

function EnginesProgress({ progress }: { readonly progress: ReadonlyMap<string, Progress> }) {
  return (
    <ul class="replicas" aria-live="polite">
      {[...progress].map(([engine, { message, isWrong = false, layers }]) => {
        const sum = (at: 0 | 1) => [...layers.values()].reduce((all, each) => all + each[at], 0);
        return (
          <li key={engine} class={isWrong ? 'problem' : ''}>
            {engine}: {message}{' '}
            {layers.size > 0 && (
              <progress value={sum(0)} max={Math.max(sum(1), 1)} aria-label={text('pullProgress', { name: engine })} />
            )}
          </li>
        );
      })}
    </ul>
  );
}
