import { useEffect, useRef, useState } from 'preact/hooks';
import type { InspectedContainer, ListedContainer } from '../src/api/container.ts';
import { call, send } from './api.ts';
import { nameOf } from './live-cluster.ts';
import { planOf, Verdicts } from './place-view.tsx';
import { textOf } from './server-events.ts';
import { type TextKey, text } from './texts.ts';
import { useMay } from './use-may.ts';

/** Of a log that is followed, the last of it are kept. */
const mostCharacters = 200_000;
const logTail = 200;

interface PanelProps {
  readonly container: ListedContainer;
  readonly close: () => void;
}

/** One container. It is read again when the list says that it changed. */
export function ContainerPanel({ container, close }: PanelProps) {
  const [whole, setWhole] = useState<InspectedContainer>();
  const [problem, setProblem] = useState('');
  const panel = useRef<HTMLElement>(null);
  const { id } = container;
  const name = nameOf(container);
  useEffect(() => {
    const ended = new AbortController();
    call('GET', `apiv1/container/${id}`, undefined, ended.signal).then(setWhole, (error: Error) => {
      if (!ended.signal.aborted) setProblem(error.message);
    });
    return () => ended.abort();
  }, [id, container]);
  // On a small screen it is below the engines.
  useEffect(() => panel.current?.scrollIntoView({ block: 'nearest' }), [id]);
  const shown = whole?.id === id ? whole : undefined;
  const { placement } = shown ?? {};
  return (
    <aside ref={panel} class="panel" aria-label={name} onKeyDown={({ key }) => key === 'Escape' && close()}>
      <header>
        <h2>{name}</h2>
        <button type="button" onClick={close} aria-label={text('close')}>
          ×
        </button>
      </header>
      {container.stale && <p class="problem">{text('stale')}</p>}
      <dl>
        <Row name="state">{container.status ?? container.state}</Row>
        <Row name="image">{container.image.name}</Row>
        <Row name="engine">{container.engine.id}</Row>
        <Row name="ports">{container.ports.map(portText).join(', ')}</Row>
        <Row name="project">{container.image.project ?? 'default'}</Row>
        <Row name="created">{new Date(container.created_at).toLocaleString()}</Row>
      </dl>
      <Actions key={id} container={container} name={name} failed={setProblem} />
      <p class="problem" role="alert">
        {problem}
      </p>
      {placement === null && <p>{text('notOurs')}</p>}
      {placement && (
        <>
          <h3>{text('whyHere')}</h3>
          <p>
            {text('whyHereText', {
              type: placement.type,
              strategy: placement.strategy,
              candidates: placement.candidates,
              all: placement.candidates + placement.refused,
            })}
          </p>
          <h3>{text('holds')}</h3>
          <ul class="claims">
            {placement.claims.map(({ key, amount }) => (
              <li key={key}>
                <code>{key}</code> {amount}
              </li>
            ))}
          </ul>
          <Elsewhere key={id} container={container} />
        </>
      )}
      <Log key={`log ${id}`} id={id} />
    </aside>
  );
}

function Row({ name, children }: { readonly name: TextKey; readonly children: string }) {
  return children === '' ? null : (
    <>
      <dt>{text(name)}</dt>
      <dd>{children}</dd>
    </>
  );
}

function portText({ host_ip, proto, port, container_port }: ListedContainer['ports'][number]): string {
  return `${host_ip}:${port}->${container_port}/${proto}`;
}

interface ActionsProps {
  readonly container: ListedContainer;
  readonly name: string;
  readonly failed: (message: string) => void;
}

function Actions({ container: { id, state }, name, failed }: ActionsProps) {
  const may = useMay('container', 'update', 'remove');
  const [isBusy, setBusy] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true);
    failed('');
    await work().catch((error: Error) => failed(error.message));
    setBusy(false);
  };
  const post = (verb: 'start' | 'stop' | 'restart') => act(() => send('POST', `apiv1/container/${id}/${verb}`));
  const runs = state === 'running' || state === 'restarting';
  const verbs = runs ? (['stop', 'restart'] as const) : (['start'] as const);
  return (
    <p class="actions">
      {may.has('update') &&
        verbs.map((verb) => (
          <button key={verb} type="button" disabled={isBusy} onClick={() => post(verb)}>
            {text(verb)}
          </button>
        ))}
      {may.has('remove') && (
        <button type="button" disabled={isBusy} class="grave" onClick={() => dialog.current?.showModal()}>
          {text('remove')}
        </button>
      )}
      <dialog ref={dialog}>
        <form
          method="dialog"
          onSubmit={({ submitter }) => {
            if ((submitter as HTMLButtonElement | null)?.value === 'yes')
              void act(() => send('DELETE', `apiv1/container/${id}`));
          }}
        >
          <p>{text('removeSure', { name })}</p>
          <button type="submit" value="no">
            {text('cancel')}
          </button>
          <button type="submit" value="yes" class="grave">
            {text('remove')}
          </button>
        </form>
      </dialog>
    </p>
  );
}

/** Where one more of its kind would go, and why not elsewhere. */
function Elsewhere({ container }: { readonly container: ListedContainer }) {
  const [plan, setPlan] = useState<Awaited<ReturnType<typeof planOf>>>();
  const { container_name: _, ...image } = container.image;
  return (
    <details onToggle={({ currentTarget }) => currentTarget.open && planOf(image).then(setPlan, () => undefined)}>
      <summary>{text('whyNot')}</summary>
      {plan && <Verdicts plan={plan} />}
    </details>
  );
}

function Log({ id }: { readonly id: string }) {
  const [lines, setLines] = useState('');
  const view = useRef<HTMLPreElement>(null);
  useEffect(() => {
    const ended = new AbortController();
    const follow = async () => {
      const path = `apiv1/container/${id}/logs?follow=true&tail=${logTail}`;
      const response = await send('GET', path, { signal: ended.signal });
      for await (const each of textOf(response)) setLines((before) => (before + each).slice(-mostCharacters));
      setLines((before) => `${before}\n${text('logEnded')}`);
    };
    follow().catch((error: Error) => {
      if (!ended.signal.aborted) setLines((before) => `${before}\n${error.message}`);
    });
    return () => ended.abort();
  }, [id]);
  useEffect(() => {
    const at = view.current;
    // Whoever reads further up stays there.
    if (at && at.scrollHeight - at.scrollTop - at.clientHeight < 200) at.scrollTop = at.scrollHeight;
  }, [lines]);
  return (
    <>
      <h3>{text('log')}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached with the keyboard. */}
      <pre class="log" ref={view} tabIndex={0}>
        {lines}
      </pre>
    </>
  );
}
