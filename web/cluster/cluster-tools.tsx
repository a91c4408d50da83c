import type { ClusterState } from '../live-cluster.ts';
import { text } from '../texts.ts';
import { setFields } from '../use-address.ts';
import { type Coloring, colourings } from './colours.ts';
import { labelKeys } from './groups.ts';

interface ToolsProps {
  readonly state: ClusterState;
  readonly group: string;
  readonly coloring: Coloring;
}

/** By what engines are grouped, and what colours mean. */
export function ClusterTools({ state, group, coloring }: ToolsProps) {
  const keys = labelKeys(state.engines);
  return (
    <p class="tools">
      {keys.length > 0 && (
        <label>
          {text('groupBy')}{' '}
          <select value={group} onChange={({ currentTarget }) => setFields({ group: currentTarget.value })}>
            <option value="">{text('noGroups')}</option>
            {keys.map((key) => (
              <option key={key} value={key}>
                {key}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        {text('colourBy')}{' '}
        <select value={coloring} onChange={({ currentTarget }) => setFields({ colour: currentTarget.value })}>
          {colourings.map((each) => (
            <option key={each} value={each}>
              {text(each)}
            </option>
          ))}
        </select>
      </label>
    </p>
  );
}
