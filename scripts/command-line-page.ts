import type { Command } from 'commander';
import { pathOf } from '../src/cli/configure-help.ts';
import type { Io } from '../src/cli/io.ts';
import { buildProgram } from '../src/cli/program.ts';
import { openContexts } from '../src/config/contexts.ts';

/** In docs/command-line.md: all below is generated, all above is written by hand. */
const mark = '<!-- What follows is written by `npm run docs`. -->\n';

/** The page with the help of every command as it is now. */
export function commandLinePage(page: string): string {
  const end = page.indexOf(mark);
  if (end < 0) throw new Error(`docs/command-line.md has no line ${mark}`);
  const commands = program().commands.filter((command) => command.name() !== 'help');
  const list = commands.map((command) => `- ${links(command)}: ${command.description()}\n`).join('');
  return `${page.slice(0, end)}${mark}\n${list}${commands.map((command) => section(command, 3)).join('')}`;
}

/** The program as it is shown where nobody looks at a terminal. */
export function program(): Command {
  const never = () => Promise.reject(new Error('nothing runs here'));
  const stream = () => {
    throw new Error('nothing runs here');
  };
  const io: Io = { stdout: () => undefined, stderr: () => undefined, control: () => undefined, pipe: never };
  return buildProgram({
    io,
    api: never,
    stream,
    transfer: never,
    session: never,
    serve: never,
    contexts: openContexts({}),
  });
}

function links(command: Command): string {
  const path = pathOf(command);
  return `[${path}](#${path.replaceAll(' ', '-')})`;
}

function section(command: Command, level: number): string {
  const title = `\n${'#'.repeat(level)} ${pathOf(command)}\n`;
  return `${title}\n\`\`\`text\n${helpOf(command)}\`\`\`\n${command.commands.map((each) => section(each, level + 1)).join('')}`;
}

function helpOf(command: Command): string {
  const written: string[] = [];
  command.configureOutput({ ...command.configureOutput(), writeOut: (text) => written.push(text) });
  command.outputHelp();
  return written.join('').trim().concat('\n');
}
