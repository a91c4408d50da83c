import type { Project, ProjectQuota } from '../../src/api/project.ts';
import { ActionButton } from '../action-button.tsx';
import { Adds } from '../adds.tsx';
import { call, send } from '../api.ts';
import { FieldsForm, type FormField, type Typed } from '../fields-form.tsx';
import { Facts, RowsTable } from '../rows-table.tsx';
import { text } from '../texts.ts';
import { hrefOf } from '../use-address.ts';
import { useLive } from '../use-live.ts';
import { useMay } from '../use-may.ts';
import { matches, timeText, ViewHead } from '../view-head.tsx';
import type { ViewProps } from '../views.tsx';

/** What a quota limits, as the API names it. */
const limits = ['cpus', 'memory', 'containers', 'gpus'] as const;

/** Projects: what each holds of what it may hold. */
export function ProjectsView({ address: { chosen, fields } }: ViewProps) {
  const { data, problem, again } = useLive('projects', ['project', 'container'], (signal) =>
    call('GET', 'apiv1/projects', undefined, signal),
  );
  const may = useMay('project', 'create', 'update', 'remove');
  const project = data?.find(({ name }) => name === chosen);
  if (project) return <ProjectDetail key={project.name} project={project} problem={problem} may={may} again={again} />;
  const shown = (data ?? []).filter(({ name, description }) => matches(fields.filter, name, description ?? ''));
  return (
    <>
      <ViewHead view="projects" problem={problem} />
      {chosen !== undefined && data && <p class="problem">{text('goneNow', { name: chosen })}</p>}
      {data?.every(({ created_at }) => created_at === null) && <p class="empty">{text('onlyDefaultProject')}</p>}
      {shown.length > 0 && (
        <RowsTable
          name={text('projects')}
          rows={shown}
          rowKey={({ name }) => name}
          columns={{
            [text('name')]: ({ name }) => <a href={hrefOf('projects', name)}>{name}</a>,
            [text('description')]: ({ description }) => description ?? '',
            ...Object.fromEntries(
              limits.map((limit) => [text(`quota_${limit}`), (each: Project) => usedText(each, limit)]),
            ),
          }}
        />
      )}
      {data && data.length > 0 && shown.length === 0 && <p>{text('noMatch')}</p>}
      {may.has('create') && (
        <Adds label={text('addProject')} isFirst={data?.every(({ created_at }) => created_at === null) ?? false}>
          <FieldsForm
            label={text('addProject')}
            fields={[{ name: 'name', label: text('name'), isRequired: true }, ...quotaFields()]}
            act={async ({ name = '', ...typed }) => {
              const { description, quota } = changesOf(typed);
              const set = Object.fromEntries(Object.entries(quota).filter(([, limit]) => limit !== null));
              await call('POST', 'apiv1/project', { name, description, quota: set });
              again();
              return text('projectAdded', { name });
            }}
          />
        </Adds>
      )}
    </>
  );
}

function usedText({ used, quota }: Project, limit: keyof ProjectQuota): string {
  const max = quota[limit];
  return max === null ? String(used[limit]) : text('usedOf', { used: used[limit], max });
}

/** Numbers as they are typed: the server says what is wrong with them. */
function quotaFields(project?: Project): readonly FormField[] {
  return [
    { name: 'description', label: text('description'), begins: project?.description ?? '' },
    ...limits.map((limit) => ({
      ...{ name: limit, label: text('mostOf', { what: text(`quota_${limit}`) }) },
      begins: String(project?.quota[limit] ?? ''),
    })),
  ];
}

/** Without a number there is no limit. */
function changesOf({ description = '', ...typed }: Typed) {
  const quota = Object.fromEntries(
    limits.map((limit) => [limit, typed[limit] ? Number(typed[limit]) || typed[limit] : null]),
  ) as unknown as ProjectQuota;
  return { description, quota };
}

interface DetailProps {
  readonly project: Project;
  readonly problem: string;
  readonly may: ReadonlySet<string>;
  readonly again: () => void;
}

function ProjectDetail({ project, problem, may, again }: DetailProps) {
  const { name, description, created_at, updated_at } = project;
  const path = `apiv1/project/${encodeURIComponent(name)}`;
  return (
    <>
      <ViewHead view="projects" chosen={name} problem={problem}>
        {may.has('remove') && created_at !== null && (
          <ActionButton
            label={text('remove')}
            isGrave
            does={text('removeProjectSure', { name })}
            act={async () => {
              await send('DELETE', path);
              again();
            }}
          />
        )}
      </ViewHead>
      <Facts
        facts={{
          [text('description')]: description,
          ...Object.fromEntries(limits.map((limit) => [text(`quota_${limit}`), usedText(project, limit)])),
          [text('created')]: timeText(created_at),
          [text('updated')]: timeText(updated_at),
        }}
      />
      {may.has('update') && (
        <Adds label={text('changeProject')}>
          <p>{text('changeProjectText')}</p>
          <FieldsForm
            key={updated_at}
            label={text('changeProject')}
            isKept
            fields={quotaFields(project)}
            act={async (typed) => {
              await send('PATCH', path, { body: changesOf(typed) });
              again();
              return text('changed');
            }}
          />
        </Adds>
      )}
    </>
  );
}
