import type { ComponentType } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { InspectedContainer, ListedContainer } from '../../src/api/container.ts';
import { portsOf } from '../../src/api/container-filters.ts';
import type { Service } from '../../src/api/service.ts';
import type { Noun, Verb } from '../../src/model/access.ts';
import { ActionButton } from '../action-button.tsx';
import { call, send } from '../api.ts';
import { nameOf } from '../live-cluster.ts';
import { planOf, Verdicts } from '../place/verdicts.tsx';
import { Facts } from '../rows-table.tsx';
import { servicesByContainer } from '../service-of.ts';
import { type TextWith, text } from '../texts.ts';
import { hrefOf } from '../use-address.ts';
import { useMay } from '../use-may.ts';
import { timeText } from '../view-head.tsx';
import { ContainerDocument } from './container-document.tsx';
import { ContainerEvents } from './container-events.tsx';
import { ContainerFiles } from './container-files.tsx';
import { ContainerLog } from './container-log.tsx';
import { Usage } from './container-stats.tsx';
import { ContainerTerminal } from './container-terminal.tsx';
import { useFocusWithin } from './use-focus-within.ts';

/** Claims that are held or not: their amount says nothing to people. */
const isWhole = /^(port|image|name)\//;

interface PanelProps {
  readonly container: ListedContainer;
  readonly services: readonly Service[];
  readonly close: () => void;
}

/** One container. It is read again when the list says that it changed. */
export function ContainerPanel({ container, services, close }: PanelProps) {
  const [whole, setWhole] = useState<InspectedContainer>();
  const [problem, setProblem] = useState('');
  const may = useMay('container', 'logs');
  const panel = useRef<HTMLElement>(null);
  const { id } = container;
  const name = nameOf(container);
  const service = useMemo(() => servicesByContainer(services).get(id), [services, id]);
  useEffect(() => {
    const ended = new AbortController();
    call('GET', `apiv1/container/${id}`, undefined, ended.signal).then(setWhole, (error: Error) => {
      if (!ended.signal.aborted) setProblem(error.message);
    });
    return () => ended.abort();
  }, [id, container]);
  useFocusWithin(panel);
  const { placement } = whole ?? {};
  const closeByKey = ({ key, target }: KeyboardEvent) => {
    // A dialog that is open closes by itself.
    if (key === 'Escape' && !(target as Element).closest('dialog')) close();
  };
  return (
    <aside ref={panel} class="panel" aria-label={name} tabIndex={-1} onKeyDown={closeByKey}>
      <header>
        <h2>{name}</h2>
        <button type="button" onClick={close} aria-label={text('close')}>
          ×
        </button>
      </header>
      {container.stale && <p class="problem">{text('stale')}</p>}
      <Facts
        facts={{
          [text('state')]: container.status ?? container.state,
          [text('image')]: container.image.name,
          [text('engine')]: container.engine.id,
          [text('service')]: service && <a href={hrefOf('services', service.name)}>{service.name}</a>,
          [text('ports')]: portsOf(container),
          [text('project')]: container.image.project ?? 'default',
          [text('created')]: timeText(container.created_at),
        }}
      />
      <Actions container={container} name={name} failed={setProblem} />
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
                <code>{key}</code> {!isWhole.test(key) && amount}
              </li>
            ))}
          </ul>
          <Elsewhere container={container} />
        </>
      )}
      {may.has('logs') && <ContainerLog id={id} service={service?.name} />}
      <Sections id={id} name={name} />
    </aside>
  );
}

interface Section {
  readonly title: TextWith;
  readonly needs: readonly [Verb, Noun];
  readonly component: ComponentType<{ readonly id: string; readonly name: string }>;
}

const sections: readonly Section[] = [
  { title: 'terminal', needs: ['exec', 'container'], component: ContainerTerminal },
  { title: 'usage', needs: ['read', 'container'], component: Usage },
  { title: 'files', needs: ['export', 'container'], component: ContainerFiles },
  { title: 'containerEvents', needs: ['read', 'event'], component: ContainerEvents },
  { title: 'document', needs: ['reveal', 'container'], component: ContainerDocument },
];

/** What costs the engine something is asked for when it is opened. */
function Sections({ id, name }: { readonly id: string; readonly name: string }) {
  const ofContainer = useMay('container', 'read', 'exec', 'export', 'reveal');
  const ofEvent = useMay('event', 'read');
  const [open, setOpen] = useState<ReadonlySet<TextWith>>(new Set());
  const offered = sections.filter(({ needs: [verb, noun] }) => (noun === 'event' ? ofEvent : ofContainer).has(verb));
  return (
    <>
      {offered.map(({ title, component: Content }) => (
        <details
          key={title}
          class="section"
          onToggle={({ currentTarget }) => {
            const isOpen = currentTarget.open;
            setOpen((before) => new Set(isOpen ? [...before, title] : [...before].filter((each) => each !== title)));
          }}
        >
          <summary>{text(title)}</summary>
          {open.has(title) && <Content id={id} name={name} />}
        </details>
      ))}
    </>
  );
}

interface ActionsProps {
  readonly container: ListedContainer;
  readonly name: string;
  readonly failed: (message: string) => void;
}

function Actions({ container: { id, state }, name, failed }: ActionsProps) {
  const may = useMay('container', 'update', 'remove');
  const [isBusy, setBusy] = useState(false);
  const post = async (verb: 'start' | 'stop' | 'restart') => {
    setBusy(true);
    failed('');
    await send('POST', `apiv1/container/${id}/${verb}`).catch((error: Error) => failed(error.message));
    setBusy(false);
  };
  const runs = state === 'running' || state === 'restarting';
  const verbs = runs ? (['stop', 'restart'] as const) : (['start'] as const);
  return (
    <div class="actions">
      {may.has('update') &&
        verbs.map((verb) => (
          <button key={verb} type="button" disabled={isBusy} onClick={() => post(verb)}>
            {text(verb)}
          </button>
        ))}
      {may.has('remove') && (
        <ActionButton
          label={text('remove')}
          isGrave
          does={text('removeSure', { name })}
          act={() => send('DELETE', `apiv1/container/${id}`)}
        />
      )}
    </div>
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
