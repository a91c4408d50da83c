import type { Run } from '../../src/api/job.ts';
import { text } from '../texts.ts';
import { timeText } from '../view-head.tsx';

interface TimelineProps {
  readonly runs: readonly Run[];
  readonly nextRun: string | null;
  readonly chosen: string | undefined;
  readonly choose: (run: string) => void;
}

/** A run that took a moment is still seen, and hit. */
const minPercent = 0.8;

/** Runs as bars, from the first that is kept to now; a row for each, the latest first. */
export function RunsTimeline({ runs, nextRun, chosen, choose }: TimelineProps) {
  const now = Date.now();
  const sorted = [...runs].sort((a, b) => b.run - a.run);
  const begin = Math.min(...runs.map(({ created_at }) => Date.parse(created_at)));
  const span = Math.max(now - begin, 1_000);
  return (
    <section class="timeline" aria-label={text('runs')}>
      <h3>{text('runs')}</h3>
      <ol>
        {nextRun !== null && <li class="next">{text('nextAt', { time: timeText(nextRun) })}</li>}
        {sorted.map((each) => {
          const from = Date.parse(each.created_at);
          const to = each.ended_at === null ? now : Date.parse(each.ended_at);
          const width = Math.max((100 * (to - from)) / span, minPercent);
          const left = Math.min((100 * (from - begin)) / span, 100 - width);
          return (
            <li key={each.run}>
              <button type="button" aria-pressed={String(each.run) === chosen} onClick={() => choose(String(each.run))}>
                <span>
                  {each.run} <span class={each.state === 'failed' ? 'problem' : ''}>{each.state}</span>{' '}
                  <small>
                    {timeText(each.created_at)}, {text('seconds', { seconds: Math.round((to - from) / 100) / 10 })},{' '}
                    {text(`cause_${each.cause}`)}
                  </small>
                </span>
                <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" class={each.state}>
                  <rect x={left} y="0" width={width} height="4" />
                </svg>
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
