import { memo } from 'preact/compat';
import type { ListedContainer } from '../src/api/container.ts';
import type { Engine } from '../src/api/engine.ts';
import { nameOf } from './live-cluster.ts';
import { text } from './texts.ts';
import { showContainer } from './use-address.ts';
import type { ViewProps } from './views.tsx';

interface Choice {
  readonly chosen: string | undefined;
  readonly choose: (id: string) => void;
}

interface Bin extends Choice {
  readonly engine: Engine;
  readonly containers: readonly ListedContainer[];
}

const none: readonly ListedContainer[] = [];

/** Engines as bins. The filter is the text that an engine, or a container on it, has to have. */
export function ClusterView({ state, address: { fields } }: ViewProps) {
  const { filter: wanted = '', container: chosen } = fields;
  if (state.engines.length === 0 && state.connection === 'live')
    return (
      <div class="empty">
        <p>{text('noEngines')}</p>
        <pre>satsuma engine add here unix:///var/run/docker.sock</pre>
      </div>
    );
  const shown = state.engines.flatMap((engine) => {
    const all = state.containers.get(engine.id) ?? none;
    if (wanted === '' || has(wanted, engine.id, ...engine.labels)) return [{ engine, containers: all }];
    const containers = all.filter((each) => has(wanted, each.name, each.image.name));
    return containers.length > 0 ? [{ engine, containers }] : [];
  });
  if (shown.length === 0 && wanted !== '') return <p class="empty">{text('noMatch')}</p>;
  return (
    <div class="bins">
      {shown.map((each) => (
        <EngineBin key={each.engine.id} {...each} chosen={chosen} choose={showContainer} />
      ))}
    </div>
  );
}

/** Drawn again only where its engine or its containers changed. */
const EngineBin = memo(function EngineBin({ engine, containers, chosen, choose }: Bin) {
  const { id, status, labels, cpus, memory, reserved_cpus, reserved_memory, error } = engine;
  return (
    <section class={`bin ${status}`} aria-label={id}>
      <h2>
        {id} <small class="status">{status}</small>
      </h2>
      <p class="labels">{labels.join(', ')}</p>
      {error !== undefined && error !== '' && <p class="problem">{error}</p>}
      <Meter name={text('cpus')} used={reserved_cpus} all={cpus} />
      <Meter name={text('memory')} used={reserved_memory} all={memory} unit=" MB" />
      <ul class="blocks" aria-label={text('containersOn', { count: containers.length })}>
        {containers.map((each) => (
          <Block key={each.id} container={each} of={memory} chosen={each.id === chosen} choose={choose} />
        ))}
      </ul>
    </section>
  );
}, isSameBin);

function isSameBin(before: Bin, after: Bin): boolean {
  const isHere = ({ containers, chosen }: Bin) => containers.some(({ id }) => id === chosen);
  return (
    before.containers === after.containers &&
    (before.engine === after.engine || JSON.stringify(before.engine) === JSON.stringify(after.engine)) &&
    (before.chosen === after.chosen || (!isHere(before) && !isHere(after)))
  );
}

interface MeterProps {
  readonly name: string;
  readonly used: number;
  readonly all: number;
  readonly unit?: string;
}

function Meter({ name, used, all, unit = '' }: MeterProps) {
  const words = text('promised', { used: `${rounded(used)}${unit}`, all: `${rounded(all)}${unit}` });
  return (
    <label class="meter">
      {name}
      <meter min={0} max={all || 1} high={0.9 * all} value={Math.min(used, all)}>
        {words}
      </meter>
      <span>{words}</span>
    </label>
  );
}

interface BlockProps {
  readonly container: ListedContainer;
  readonly of: number;
  readonly chosen: boolean;
  readonly choose: (id: string) => void;
}

/** As wide as its share of the engine's memory, in the colour of its service or image. */
function Block({ container, of, chosen, choose }: BlockProps) {
  const { id, image, state, stale } = container;
  const name = nameOf(container);
  const share = of > 0 ? (100 * (image.memory ?? 0)) / of : 0;
  const title = `${name}: ${image.name}, ${container.status ?? state}`;
  return (
    <li style={{ flexBasis: `${Math.max(share, 3).toFixed(1)}%` }}>
      <button
        type="button"
        class={`block ${state}${stale ? ' stale' : ''}`}
        style={{ '--hue': String(hueOf(image.name)) }}
        title={title}
        aria-label={title}
        aria-pressed={chosen}
        onClick={() => choose(id)}
      />
    </li>
  );
}

/** The same for the same text. */
function hueOf(name: string): number {
  let hash = 0;
  for (const character of name) hash = (31 * hash + (character.codePointAt(0) ?? 0)) % 360;
  return hash;
}

function has(wanted: string, ...texts: readonly string[]): boolean {
  return texts.some((each) => each.toLowerCase().includes(wanted.toLowerCase()));
}

function rounded(value: number): number {
  return Math.round(10 * value) / 10;
}
