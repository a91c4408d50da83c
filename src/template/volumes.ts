import { projectLabel, volumeLabel } from '../application/labels.ts';
import { quoted } from '../application/problems.ts';
import type { Value } from '../application/value.ts';
import type { Mount } from '../model/runtime-options.ts';

const volumeName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/;

/** `{data: /var/lib/data}`: volumes of the service by their names, each at a path. */
export function volumesOf(
  value: Value,
  { deployment, service }: { readonly deployment: string; readonly service: string },
): readonly Mount[] {
  return (value.fields()?.all() ?? []).flatMap(([name, each]) => {
    const target = each.text() ?? '';
    if (!volumeName.test(name)) return each.fail(`has ${quoted(name)} where the name of a volume must be`) ?? [];
    if (!target.startsWith('/')) return each.fail('must be a path in the container, like /data') ?? [];
    const volume_labels = { [projectLabel]: deployment, [volumeLabel]: `${service}-${name}` };
    return [{ type: 'volume' as const, source: `${deployment}_${service}-${name}`, target, volume_labels }];
  });
}
