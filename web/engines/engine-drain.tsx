import { useEffect, useState } from 'preact/hooks';
import type { ListedContainer } from '../../src/api/container.ts';
import type { Drain } from '../../src/api/drain.ts';
import type { Engine } from '../../src/api/engine.ts';
import { ActionButton } from '../action-button.tsx';
import { call } from '../api.ts';
import { nameOf } from '../live-cluster.ts';
import { type DrawnMove, MovesDrawing } from '../moves/moves-drawing.tsx';
import { text } from '../texts.ts';

interface EngineDrainProps {
  readonly engine: Engine;
  readonly containers: readonly ListedContainer[];
  readonly mayDrain: boolean;
}

/** What a drain would move, drawn before it is done; and then how far it is. */
export function EngineDrain({ engine: { id, status }, containers, mayDrain }: EngineDrainProps) {
  const [plan, setPlan] = useState<Drain>();
  const [begun, setBegun] = useState<Drain>();
  const [withVolumes, setWithVolumes] = useState(false);
  const [problem, setProblem] = useState('');
  // When it begins, the list still says what was before.
  const [wasDraining, setWasDraining] = useState(false);
  useEffect(() => {
    if (status === 'draining') setWasDraining(true);
  }, [status]);
  const isOver = status === 'maintenance' || (wasDraining && status !== 'draining');
  const show = async (volumes: boolean) => {
    setProblem('');
    setWithVolumes(volumes);
    try {
      setPlan(await call('GET', `apiv1/engine/${encodeURIComponent(id)}/drain?with_volumes=${volumes}`));
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const drain = async (force: boolean) => {
    const body = { force, with_volumes: withVolumes };
    setWasDraining(false);
    setBegun(await call('POST', `apiv1/engine/${encodeURIComponent(id)}/drain`, body));
    setPlan(undefined);
  };
  const here = new Set(containers.map(nameOf));
  const drawn = (moves: Drain['moves'], stateOf: (container: string) => DrawnMove['state']) =>
    moves.map(({ container, to }): DrawnMove => ({ what: container, from: id, to, state: stateOf(container) }));
  return (
    <section aria-label={text('drain')}>
      <h3>{text('drain')}</h3>
      {begun && (
        <>
          <p role="status">
            {text(isOver ? 'drainEnded' : 'drainGoesOn', {
              left: begun.moves.filter(({ container }) => here.has(container)).length,
              all: begun.moves.length,
            })}
          </p>
          <MovesDrawing
            moves={drawn(begun.moves, (container) => (here.has(container) ? (isOver ? 'failed' : 'moving') : 'done'))}
          />
        </>
      )}
      {status === 'draining' && !begun && <p>{text('drainSomewhere', { left: containers.length })}</p>}
      {status !== 'draining' && (
        <p class="actions">
          <button type="button" onClick={() => show(false)}>
            {text('showDrain')}
          </button>
          <button type="button" onClick={() => show(true)}>
            {text('showDrainVolumes')}
          </button>
        </p>
      )}
      <p class="problem" role="alert">
        {problem}
      </p>
      {plan && (
        <section aria-label={text('drainPlan')}>
          {plan.moves.length === 0 ? (
            <p>{text('drainNothing')}</p>
          ) : (
            <MovesDrawing moves={drawn(plan.moves, () => 'planned')} />
          )}
          <ul class="replicas">
            {plan.blocked.map(({ container, message }) => (
              <li key={container} class="problem">
                {text('staysHere', { name: container, why: message })}
              </li>
            ))}
            {plan.foreign.map((each) => (
              <li key={each}>{text('staysForeign', { name: each })}</li>
            ))}
          </ul>
          {mayDrain && (
            <ActionButton
              label={text(plan.blocked.length > 0 ? 'drainForce' : 'drainNow')}
              does={text(withVolumes ? 'drainVolumesText' : 'drainText', {
                name: id,
                moves: plan.moves.length,
                stay: plan.blocked.length,
              })}
              act={() => drain(plan.blocked.length > 0)}
            />
          )}
        </section>
      )}
    </section>
  );
}
