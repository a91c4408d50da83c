import { useState } from 'preact/hooks';
import type { RefusedEngines } from '../../src/api/container.ts';
import type { LossRehearsal } from '../../src/api/drain.ts';
import { call } from '../api.ts';
import { type DrawnMove, MovesDrawing } from '../moves/moves-drawing.tsx';
import { text } from '../texts.ts';

/** What would become of everything there, if the engine were lost now. */
export function LossRehearsalView({ engine }: { readonly engine: string }) {
  const [rehearsal, setRehearsal] = useState<LossRehearsal>();
  const [problem, setProblem] = useState('');
  const rehearse = () => {
    setProblem('');
    call('GET', `apiv1/engine/${encodeURIComponent(engine)}/rehearse-loss`).then(setRehearsal, (error: Error) =>
      setProblem(error.message),
    );
  };
  const moves: readonly DrawnMove[] = [
    ...(rehearsal?.lands ?? []).map(
      ({ container, to }): DrawnMove => ({ what: container, from: engine, to, state: 'planned' }),
    ),
    ...(rehearsal?.stranded ?? []).map(
      ({ container, refused }): DrawnMove => ({
        ...{ what: container, from: engine, to: undefined, state: 'failed', why: reasonsOf(refused) },
      }),
    ),
  ];
  return (
    <section aria-label={text('rehearse')}>
      <h3>{text('rehearse')}</h3>
      <p>
        <button type="button" onClick={rehearse}>
          {text('rehearseNow', { name: engine })}
        </button>
      </p>
      <p class="problem" role="alert">
        {problem}
      </p>
      {rehearsal && (
        <>
          <p role="status">
            {text('rehearsed', {
              lands: rehearsal.lands.length,
              stranded: rehearsal.stranded.length,
              gone: rehearsal.gone.length,
            })}
          </p>
          {moves.length > 0 && <MovesDrawing moves={moves} />}
          <ul class="replicas">
            {rehearsal.gone.map(({ container, image, foreign }) => (
              <li key={container} class="problem">
                {text(foreign ? 'goneForeign' : 'goneUnkept', { name: container, image })}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function reasonsOf(refused: unknown): string {
  const { counts = [] } = (refused ?? {}) as Partial<RefusedEngines>;
  return counts.map(({ message, engines }) => text('onEngines', { message, engines })).join('; ');
}
