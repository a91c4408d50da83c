import { Command } from 'commander';
import { mapEntries, toPlain } from '../../application/tree.ts';
import { Value } from '../../application/value.ts';
import { isActive, profilesOf } from '../../compose/profiles.ts';
import { examples } from '../help-text.ts';
import type { Io } from '../io.ts';
import { line } from '../line.ts';
import { type OutputFlags, withDocumentJson, writeDocument } from '../output.ts';
import { type OpenProject, openProject, type ProjectFlags, withProject } from './open-project.ts';

interface Flags extends ProjectFlags, OutputFlags {
  readonly services?: boolean;
  readonly quiet?: boolean;
}

/** `compose config`: prints the merged files with their variables resolved. Works without a server. */
export function configCommand(io: Io): Command {
  return withDocumentJson(withProject(new Command('config')))
    .description('check the files, and print them merged, with variables resolved')
    .option('--services', 'print the names of the services only')
    .option('-q, --quiet', 'only check them')
    .addHelpText('after', examples('satsuma compose config -f compose.yaml -f more.yaml', 'satsuma compose config -q'))
    .action(async (_: unknown, command: Command) => {
      const flags = command.optsWithGlobals<Flags>();
      const project = await openProject(flags);
      const { translate } = await import('../../compose/translate.ts');
      const { name, profiles } = project;
      const { warnings, services, jobs } = translate(project, {
        project: name,
        profiles,
        networking: { kind: 'unknown' },
      });
      for (const warning of warnings) io.stderr(line`Warning: ${warning}`);
      if (flags.quiet) return;
      if (flags.services)
        return io.stdout(
          [...services, ...jobs]
            .map(({ key }) => line`${key}`)
            .sort()
            .join(''),
        );
      // Escaped, so that a literal "$" stays one when the output is read again.
      const document = { name, ...(toPlain(activeOf(project), escaped) as object) };
      // Loaded on demand: the YAML library is large.
      if (flags.json) writeDocument(io, document, flags);
      else io.stdout((await import('yaml')).stringify(document));
    });
}

function activeOf({ model, profiles, reading }: OpenProject) {
  return mapEntries(model, (value, key) => {
    if (key === 'version' || key === 'name') return undefined;
    if (key !== 'services' || value.kind !== 'dict') return value;
    return mapEntries(value, (service) =>
      isActive(profilesOf(new Value(service, '', reading.problems)), profiles) ? service : undefined,
    );
  });
}

function escaped(text: string): string {
  return text.replaceAll('$', '$$$$');
}
