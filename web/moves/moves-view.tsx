import type { Rebalance, RebalancePlan } from '../../src/api/rebalance.ts';
import { ActionButton } from '../action-button.tsx';
import { call, send } from '../api.ts';
import { FieldsForm } from '../fields-form.tsx';
import { RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { hrefOf } from '../use-address.ts';
import { useLive } from '../use-live.ts';
import { useMay } from '../use-may.ts';
import { timeText, ViewHead } from '../view-head.tsx';
import type { ViewProps } from '../views.tsx';
import { type DrawnMove, MovesDrawing } from './moves-drawing.tsx';

const states = { waiting: 'planned', moving: 'moving', done: 'done', 'given up': 'failed', skipped: 'failed' } as const;

/** The rebalance that runs, or what one would move; and the engines that are drained. */
export function MovesView({ state }: ViewProps) {
  const { data, problem, again } = useLive('moves', ['service', 'engine'], readAll);
  const may = useMay('rebalance', 'create', 'remove');
  const draining = state.engines.filter(({ status }) => status === 'draining');
  const { plan, rebalance } = data ?? {};
  const isRunning = rebalance?.state === 'running' || rebalance?.state === 'stopping';
  return (
    <>
      <ViewHead view="moves" problem={problem} />
      <p>{text('movesText')}</p>
      {draining.length > 0 && (
        <p>
          {text('drainsNow')}{' '}
          {draining.map(({ id }) => (
            <a key={id} href={hrefOf('engines', id)}>
              {id}{' '}
            </a>
          ))}
        </p>
      )}
      {rebalance && <Running rebalance={rebalance} mayStop={may.has('remove')} stopped={again} />}
      {plan && !isRunning && <Plan plan={plan} mayBegin={may.has('create')} begun={again} />}
    </>
  );
}

async function readAll(signal: AbortSignal) {
  const [plan, rebalance] = await Promise.all([
    call('GET', 'apiv1/rebalance/plan', undefined, signal),
    call('GET', 'apiv1/rebalance', undefined, signal),
  ]);
  return { plan, rebalance };
}

interface RunningProps {
  readonly rebalance: Rebalance;
  readonly mayStop: boolean;
  readonly stopped: () => void;
}

function Running({ rebalance: { state, started_at, finished_at, moves }, mayStop, stopped }: RunningProps) {
  const done = moves.filter((each) => each.state === 'done').length;
  return (
    <section aria-label={text('rebalance')}>
      <h3>
        {text('rebalance')}: {state}, {text('movesDone', { done, all: moves.length })}
      </h3>
      <p>
        {timeText(started_at)} {finished_at !== null && `– ${timeText(finished_at)}`}
      </p>
      {moves.length > 0 && (
        <progress value={done} max={moves.length} aria-label={text('movesDone', { done, all: moves.length })} />
      )}
      {state === 'running' && mayStop && (
        <p>
          <ActionButton
            label={text('stop')}
            does={text('stopRebalanceText')}
            act={async () => {
              await send('DELETE', 'apiv1/rebalance');
              stopped();
            }}
          />
        </p>
      )}
      <MovesDrawing
        moves={moves.map(
          ({ service, slot, from, to, why, state: each, reason }): DrawnMove => ({
            ...{ what: `${service}.${slot}`, from, to, state: states[each], why: reason ?? why },
          }),
        )}
      />
    </section>
  );
}

interface PlanProps {
  readonly plan: RebalancePlan;
  readonly mayBegin: boolean;
  readonly begun: () => void;
}

function Plan({ plan: { moves, stays, engines }, mayBegin, begun }: PlanProps) {
  return (
    <section aria-label={text('rebalancePlan')}>
      <h3>{text('rebalancePlan')}</h3>
      {moves.length === 0 ? (
        <p class="empty">{text('noRebalance')}</p>
      ) : (
        <>
          <MovesDrawing
            moves={moves.map(
              ({ service, slot, from, to, why }): DrawnMove => ({
                ...{ what: `${service}.${slot}`, from, to, state: 'planned', why },
              }),
            )}
          />
          {mayBegin && (
            <FieldsForm
              label={text('beginRebalance')}
              fields={[{ name: 'at_once', label: text('atOnce'), type: 'number', begins: '1' }]}
              act={async ({ at_once }) => {
                await send('POST', 'apiv1/rebalance', {
                  body: { ...(at_once !== '' && { at_once: Number(at_once) }) },
                });
                begun();
                return '';
              }}
            >
              <p>{text('rebalanceText')}</p>
            </FieldsForm>
          )}
        </>
      )}
      {engines.length > 0 && (
        <RowsTable
          name={text('gain')}
          rows={engines}
          rowKey={({ engine }) => engine}
          columns={{
            [text('engine')]: ({ engine }) => engine,
            [text('containersNow')]: ({ before, after }) => fromTo(before.containers, after.containers, ''),
            [text('cpus')]: ({ before, after }) => fromTo(before.cpu_percent, after.cpu_percent, '%'),
            [text('memory')]: ({ before, after }) => fromTo(before.memory_percent, after.memory_percent, '%'),
          }}
        />
      )}
      {stays.length > 0 && (
        <>
          <h4>{text('whatStays')}</h4>
          <ul class="replicas">
            {stays.map(({ service, replicas, message }) => (
              <li key={`${service} ${message}`}>
                {service} ({replicas}): {message}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function fromTo(before: number, after: number, unit: string): string {
  const [from, to] = [Math.round(before), Math.round(after)];
  return from === to ? `${from}${unit}` : `${from}${unit} → ${to}${unit}`;
}
