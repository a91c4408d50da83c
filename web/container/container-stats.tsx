import { useEffect, useRef, useState } from 'preact/hooks';
import type { ContainerStats } from '../../src/api/stats.ts';
import { send } from '../api.ts';
import { jsonLinesOf } from '../json-lines.ts';
import { text } from '../texts.ts';

/** Of a chart, so many of the last values are kept. */
const maxValues = 300;
const chartHeight = 140;

interface Values {
  readonly at: readonly number[];
  readonly cpu: readonly number[];
  readonly memory: readonly number[];
  readonly last: ContainerStats;
}

/** What the container uses, as long as it is looked at. */
export function Usage({ id }: { readonly id: string }) {
  const [values, setValues] = useState<Values>();
  const [problem, setProblem] = useState('');
  useEffect(() => {
    const ended = new AbortController();
    const follow = async () => {
      const response = await send('GET', `apiv1/container/${id}/stats?stream=true`, { signal: ended.signal });
      for await (const last of jsonLinesOf<ContainerStats>(response)) setValues((before) => withNext(before, last));
    };
    follow().catch((error: Error) => {
      if (!ended.signal.aborted) setProblem(error.message);
    });
    return () => ended.abort();
  }, [id]);
  const { last } = values ?? {};
  return (
    <>
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {values && last && (
        <>
          <Chart
            title={text('cpuPercent', { value: last.cpu_percent.toFixed(1) })}
            at={values.at}
            values={values.cpu}
          />
          <Chart
            title={text('memoryUsed', { used: last.memory.toFixed(0), all: last.memory_limit.toFixed(0) })}
            at={values.at}
            values={values.memory}
          />
          <p>
            {text('otherUsage', {
              pids: last.pids,
              ...{ received: bytes(last.network.rx), sent: bytes(last.network.tx) },
              ...{ read: bytes(last.block.read), written: bytes(last.block.write) },
            })}
          </p>
        </>
      )}
    </>
  );
}

function withNext(before: Values | undefined, last: ContainerStats): Values {
  const add = (list: readonly number[] = [], value: number) => [...list, value].slice(-maxValues);
  return {
    at: add(before?.at, Date.parse(last.observed_at) / 1000),
    cpu: add(before?.cpu, last.cpu_percent),
    memory: add(before?.memory, last.memory),
    last,
  };
}

interface Plot {
  setData(data: [number[], number[]]): void;
  setSize(size: { readonly width: number; readonly height: number }): void;
  destroy(): void;
}

interface ChartProps {
  readonly title: string;
  readonly at: readonly number[];
  readonly values: readonly number[];
}

/** uPlot is loaded when somebody looks. The title says the last value, for those who see no chart. */
function Chart({ title, at, values }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | undefined>(undefined);
  const isDark = useIsDark();
  const latest = useRef<[number[], number[]]>([[], []]);
  latest.current = [[...at], [...values]];
  useEffect(() => {
    let isGone = false;
    const sizes = new ResizeObserver(([entry]) => {
      const { width } = entry?.contentRect ?? {};
      if (width) plot.current?.setSize({ width, height: chartHeight });
    });
    void import('uplot').then(({ default: UPlot }) => {
      const { current: node } = place;
      if (isGone || !node) return;
      const { color } = getComputedStyle(node);
      const axis = { stroke: color, grid: { stroke: `color-mix(in srgb, ${color} 20%, transparent)` } };
      plot.current = new UPlot(
        {
          ...{ width: node.clientWidth, height: chartHeight, legend: { show: false }, cursor: { show: false } },
          axes: [axis, axis],
          scales: { y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
          series: [{}, { stroke: color, width: 2, fill: `color-mix(in srgb, ${color} 15%, transparent)` }],
        },
        latest.current,
        node,
      );
      sizes.observe(node);
    });
    return () => {
      isGone = true;
      sizes.disconnect();
      plot.current?.destroy();
    };
  }, [isDark]);
  useEffect(() => plot.current?.setData(latest.current), [values]);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div ref={place} aria-hidden="true" />
    </figure>
  );
}

/** What is drawn on a canvas does not change its colours by itself. */
function useIsDark(): boolean {
  const [isDark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const look = () => setDark(scheme.matches);
    scheme.addEventListener('change', look);
    return () => scheme.removeEventListener('change', look);
  }, []);
  return isDark;
}

function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
  return `${(count / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
