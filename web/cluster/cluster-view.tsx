import { memo } from 'preact/compat';
import { useMemo } from 'preact/hooks';
import type { ListedContainer } from '../../src/api/container.ts';
import type { Engine } from '../../src/api/engine.ts';
import { call } from '../api.ts';
import { nameOf } from '../live-cluster.ts';
import { text } from '../texts.ts';
import { hrefOf, showContainer } from '../use-address.ts';
import { useLive } from '../use-live.ts';
import type { ViewProps } from '../views.tsx';
import { ClusterMap } from './cluster-map.tsx';
import { ClusterTools } from './cluster-tools.tsx';
import { type HueOf, hueBy, isColoring } from './colours.ts';
import { groupsOf, type OtherSize } from './groups.ts';

interface Choice {
  readonly chosen: string | undefined;
  readonly choose: (id: string) => void;
}

interface Bin extends Choice {
  readonly hueOf: HueOf;
  readonly engine: Engine;
  readonly containers: readonly ListedContainer[];
  readonly others?: readonly OtherSize[];
}

const none: readonly OtherSize[] = [];

/** From so many engines on they are drawn on a map. */
const manyEngines = 60;

/** Engines as bins. The filter is the text that an engine, or a container on it, has to have. */
export function ClusterView({ state, address: { fields } }: ViewProps) {
  const { filter: query = '', container: chosen, group = '', colour = 'image' } = fields;
  // Whoever sees all of the cluster is answered that there are none.
  const { data: others } = useLive('others', ['container', 'engine'], (signal) =>
    call('GET', 'apiv1/engines/others', undefined, signal),
  );
  const coloring = isColoring(colour) ? colour : 'image';
  const { engines, containers, services, connection, seenMs } = state;
  const groups = useMemo(
    () => groupsOf({ engines, containers, others }, query, group),
    [...[engines, containers, others, query, group]],
  );
  const hueOf = useMemo(
    () => hueBy(coloring, services, seenMs),
    [coloring, services, coloring === 'freshness' && seenMs],
  );
  if (engines.length === 0 && connection === 'live')
    return (
      <div class="empty">
        <p>{text('noEngines')}</p>
        <p>
          <a href={hrefOf('engines')}>{text('registerFirst')}</a>
        </p>
        <pre>satsuma engine add here unix:///var/run/docker.sock</pre>
      </div>
    );
  if (groups.length === 0 && query !== '') return <p class="empty">{text('noMatch')}</p>;
  return (
    <>
      <ClusterTools state={state} group={group} coloring={coloring} />
      {engines.length >= manyEngines ? (
        <ClusterMap groups={groups} hueOf={hueOf} chosen={chosen} choose={showContainer} />
      ) : (
        groups.map(({ name, engines: those }) => (
          <section key={name} class="group">
            {group !== '' && <h2>{name === '' ? text('noLabel', { key: group }) : `${group}=${name}`}</h2>}
            <div class="bins">
              {those.map((each) => (
                <EngineBin key={each.engine.id} {...each} hueOf={hueOf} chosen={chosen} choose={showContainer} />
              ))}
            </div>
          </section>
        ))
      )}
    </>
  );
}

/** Drawn again only where its engine or its containers changed. */
const EngineBin = memo(function EngineBin({ engine, containers, others = none, hueOf, chosen, choose }: Bin) {
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
          <Block
            key={each.id}
            container={each}
            hue={hueOf(each)}
            of={memory}
            chosen={each.id === chosen}
            choose={choose}
          />
        ))}
        {others.map((each, at) => (
          <OtherBlock key={at} size={each} of={memory} />
        ))}
      </ul>
    </section>
  );
}, isSameBin);

function isSameBin(before: Bin, after: Bin): boolean {
  const isHere = ({ containers, chosen }: Bin) => containers.some(({ id }) => id === chosen);
  return (
    before.containers === after.containers &&
    before.others === after.others &&
    before.hueOf === after.hueOf &&
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
  readonly hue: number | undefined;
  readonly of: number;
  readonly chosen: boolean;
  readonly choose: (id: string) => void;
}

/** As wide as its share of the engine's memory. */
function Block({ container, hue, of, chosen, choose }: BlockProps) {
  const { id, image, state, stale } = container;
  const name = nameOf(container);
  const share = of > 0 ? (100 * (image.memory ?? 0)) / of : 0;
  const title = `${name}: ${image.name}, ${container.status ?? state}`;
  return (
    <li style={{ flexBasis: `${Math.max(share, 3).toFixed(1)}%` }}>
      <button
        type="button"
        class={`block ${state}${stale ? ' stale' : ''}${hue === undefined ? ' plain' : ''}`}
        style={{ '--hue': String(hue ?? 0) }}
        title={title}
        aria-label={title}
        aria-pressed={chosen}
        onClick={() => choose(id)}
      />
    </li>
  );
}

interface OtherBlockProps {
  readonly size: OtherSize;
  readonly of: number;
}

/** Of others: how large it is, and no more. */
function OtherBlock({ size: { cpus, memory }, of }: OtherBlockProps) {
  const title = text('ofOthers', { cpus: rounded(cpus), memory: rounded(memory) });
  return (
    <li style={{ flexBasis: `${Math.max(of > 0 ? (100 * memory) / of : 0, 3).toFixed(1)}%` }}>
      <span class="block others" role="img" title={title} aria-label={title} />
    </li>
  );
}

function rounded(value: number): number {
  return Math.round(10 * value) / 10;
}
