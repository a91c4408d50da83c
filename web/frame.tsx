import { useEffect, useMemo, useState } from 'preact/hooks';
import type { ListedContainer } from '../src/api/container.ts';
import { ContainerPanel } from './container/container-panel.tsx';
import { type ClusterState, live } from './live-cluster.ts';
import { LoginForm } from './login-form.tsx';
import { hasLogin, logOut } from './session.ts';
import { text } from './texts.ts';
import { hrefOf, setFields, showContainer, useAddress } from './use-address.ts';
import { askUntilKnown, forgetMay } from './use-may.ts';
import { useViews } from './use-views.ts';
import type { View } from './views.tsx';

/** What is around each view: the menu, the connection, the panel of a container; or the login. */
export function Frame() {
  const [state, setState] = useState(live.state);
  const [isKnown, setKnown] = useState(false);
  const address = useAddress();
  const offered = useViews(state.connection);
  useEffect(() => live.subscribe(() => setState(live.state)), []);
  const [problem, setProblem] = useState('');
  const beginAnew = () => {
    forgetMay();
    setProblem('');
    live.start();
  };
  useEffect(() => {
    if (state.connection !== 'live') return;
    return askUntilKnown(hasLogin, setKnown);
  }, [state.connection]);
  const shown = offered.flat().find(({ id }) => id === address.view) ?? offered[0]?.[0];
  const title = shown && text(shown.id);
  useEffect(() => {
    document.title = title === undefined ? 'Satsuma' : `${title} - Satsuma`;
  }, [title]);
  // Where the view before was scrolled to says nothing of this one.
  useEffect(() => scrollTo(0, 0), [shown?.id]);
  if (state.connection === 'login')
    return (
      <main>
        <LoginForm entered={beginAnew} />
      </main>
    );
  const { container: containerId } = address.fields;
  const container = useMemo(() => containerId && containerIn(state, containerId), [state.containers, containerId]);
  return (
    <div class="frame">
      <header class="bar">
        <h1>Satsuma</h1>
        {shown?.filter && (
          <input
            type="search"
            placeholder={text(shown.filter)}
            aria-label={text(shown.filter)}
            value={address.fields.filter ?? ''}
            onInput={({ currentTarget }) => setFields({ filter: currentTarget.value }, { isTyped: true })}
          />
        )}
        <Connection state={state} />
        {isKnown && (
          <button type="button" onClick={() => logOut().then(beginAnew, (error: Error) => setProblem(error.message))}>
            {text('logout')}
          </button>
        )}
        <p class="problem" role="alert">
          {problem}
        </p>
      </header>
      <Menu offered={offered} shown={shown} />
      <main class={container ? 'with-panel' : ''} tabIndex={-1}>
        {/* One box, whatever a view is made of: the panel is beside all of it. */}
        <div class="view">{shown && <shown.component key={shown.id} state={state} address={address} />}</div>
        {container && (
          <ContainerPanel
            key={container.id}
            container={container}
            services={state.services}
            close={() => showContainer(undefined)}
          />
        )}
      </main>
    </div>
  );
}

function containerIn({ containers }: ClusterState, id: string): ListedContainer | undefined {
  for (const those of containers.values()) {
    const found = those.find((each) => each.id === id);
    if (found) return found;
  }
  return undefined;
}

function Connection({ state: { connection, seenMs, reason = '' } }: { readonly state: ClusterState }) {
  return (
    <p class={`connection ${connection}`} role="status">
      {connection === 'lost'
        ? text('lost', { since: new Date(seenMs).toLocaleTimeString(), reason })
        : text(connection === 'login' ? 'connecting' : connection)}
    </p>
  );
}

interface MenuProps {
  readonly offered: readonly (readonly View[])[];
  readonly shown: View | undefined;
}

/** Beside the view; on a small screen above it, and closed until it is asked for. */
function Menu({ offered, shown }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <nav class="menu" aria-label={text('menu')}>
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {text('menu')}
        {shown && `: ${text(shown.id)}`}
      </button>
      <div class={isOpen ? 'open' : ''}>
        {offered.map((group) => (
          <ul key={group[0]?.id}>
            {group.map(({ id }) => (
              <li key={id}>
                <a
                  href={hrefOf(id)}
                  onClick={() => setOpen(false)}
                  aria-current={id === shown?.id ? 'page' : undefined}
                >
                  {text(id)}
                </a>
              </li>
            ))}
          </ul>
        ))}
      </div>
    </nav>
  );
}
