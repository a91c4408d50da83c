import { Command } from 'commander';
import type { ExecBody, ExecLine } from '../api/exec.ts';
import { ApiError, type ApiStream } from './api-client.ts';
import { given } from './body-file.ts';
import { readEnvironmentFile } from './environment-file.ts';
import { ProgramEnd } from './exit-codes.ts';
import { examples, paragraph } from './help-text.ts';
import { variable } from './image-options.ts';
import type { Io } from './io.ts';
import { jsonLines } from './json-lines.ts';
import { repeated } from './placement-options.ts';
import { rawOption } from './write-log.ts';
import { outputWriter } from './write-output.ts';

interface Flags {
  readonly env?: Record<string, string>;
  readonly envFile?: string[];
  readonly user?: string;
  readonly workdir?: string;
  readonly privileged?: boolean;
  readonly raw?: boolean;
}

export function execCommand(stream: ApiStream, io: Io): Command {
  return new Command('exec')
    .passThroughOptions()
    .description('run a program in a container that runs')
    .addHelpText(
      'after',
      [
        paragraph('The exit code is that of the program; 126 and 127 where it cannot be run or is not there.'),
        examples('satsuma exec web ls /', 'satsuma exec -u postgres -e PGDATABASE=shop db psql -c "select 1"'),
      ].join('\n'),
    )
    .argument('<container>', 'an id, the beginning of one, or a name')
    .argument('<program>', 'what to run')
    .argument('[args...]', 'its arguments')
    .option('-e, --env <NAME=VALUE>', 'set a variable; NAME alone takes its value from this shell', variable)
    .option('--env-file <file>', 'read variables from a file, one a line; may be repeated', repeated)
    .option('-u, --user <user>', 'name or UID of the user, and :GROUP')
    .option('-w, --workdir <folder>', 'working directory in the container')
    .option('--privileged', 'give the program all rights on the engine')
    .option(...rawOption)
    .action(async (container: string, program: string, args: string[], flags: Flags) => {
      const body: ExecBody = { cmd: [program, ...args], ...(await execFields(flags)) };
      const path = `apiv1/container/${encodeURIComponent(container)}/exec?stream=true`;
      await follow(stream(path, body), io, flags.raw ?? false);
    });
}

async function execFields({ env, envFile = [], user, workdir, privileged }: Flags): Promise<Partial<ExecBody>> {
  const files = await Promise.all(envFile.map(readEnvironmentFile));
  const all = files.length === 0 ? env : Object.assign({}, ...files, env);
  return given({ env: all, user, working_dir: workdir, privileged });
}

async function follow(answer: AsyncIterable<Buffer>, io: Io, isRaw: boolean): Promise<void> {
  const write = outputWriter(io, { isRaw });
  for await (const line of jsonLines<ExecLine>(answer)) {
    if ('exit_code' in line) throw new ProgramEnd(line.exit_code);
    if ('code' in line) throw new ApiError(502, line.message, undefined);
    if ('data' in line) await write(line.stream, Buffer.from(line.data));
    if ('data_base64' in line) await write(line.stream, Buffer.from(line.data_base64, 'base64'));
  }
  throw new ApiError(502, 'the answer broke off: whether the program ended is not known', undefined);
}
