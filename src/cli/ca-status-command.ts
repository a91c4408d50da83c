import type { Command } from 'commander';
import type { RotationStep } from '../ca/rotation.ts';
import type { ApiClient } from './api-client.ts';
import type { Survey } from './ca-survey.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { authorityList, authorityRows } from './list/authority-list.ts';
import { isDocument, type ListFlags, withList } from './list/list-options.ts';
import { writeList } from './list/write-list.ts';

/** Loaded on demand: it needs a large library. */
const surveys = () => import('./ca-survey.ts');

/** The steps of a rotation in order, with the names that `ca status` prints. */
export const rotationWords: readonly RotationStep[] = ['trust', 'engines', 'clients', 'cleanup'];

const words = paragraph(
  'Each engine that the server knows is asked from here, over TLS, which certificate it shows and whose client certificates it ' +
    'accepts. A rotation that is under way says what is left to do, with the line that does it.',
);

export function addStatus(command: Command, api: ApiClient, io: Io): void {
  withList(command, authorityList)
    .addHelpText(
      'after',
      [words, examples('satsuma ca status', 'satsuma ca status --dir /etc/satsuma/ca --json')].join('\n'),
    )
    .action(async ({ dir, ...flags }: ListFlags & { readonly dir: string }) => {
      const survey = await (await surveys()).surveyAuthority(dir, api);
      const rows = authorityRows(survey);
      await writeList(io, authorityList, { rows, data: statusOf(survey), headline: headlineOf(survey) }, flags);
      const isPlain = flags.format === undefined && !flags.quiet && flags.output === undefined && !isDocument(flags);
      if (isPlain) io.stdout(leftText(survey));
    });
}

/** The document of `--json`. */
export function statusOf(survey: Survey): unknown {
  const { root, rotation, authorities, blockers, copies, tlsStates } = survey;
  return {
    dir: root,
    rotation: rotation ? { step: rotation.step, startedAt: rotation.startedAt } : null,
    authorities,
    certificates: authorityRows(survey),
    away: tlsStates.away,
    left: blockers,
    copy: copies,
  };
}

function headlineOf({ rotation }: Survey): string {
  if (!rotation) return 'No rotation is under way.\n';
  const step = rotationWords.indexOf(rotation.step);
  if (step < 0) return 'The rotation is being aborted.\n';
  return `A rotation is under way: step ${step + 1} of ${rotationWords.length}, ${rotation.step}.\n`;
}

/** Expired certificates: requests with them are refused. */
function endedText(survey: Survey): string {
  const ended = authorityRows(survey).filter(({ notAfter }) => notAfter !== '' && Date.parse(notAfter) <= Date.now());
  const lines = ended.map(({ kind, name, notAfter }) => {
    const hosts = survey.issued.find((each) => each.kind === kind && each.name === name)?.hosts ?? ['HOST'];
    const options = kind === 'engine' ? hosts.map((host) => ` --host ${host}`).join('') : '';
    const remedy = kind === 'ca' ? 'satsuma ca rotate' : `satsuma ca ${kind} ${name}${options} --replace`;
    return line`  ${kind} ${name}, on ${notAfter.slice(0, 10)}: ${remedy}`;
  });
  return lines.length === 0 ? '' : `\nCertificates that have ended:\n${lines.join('')}`;
}

/** The remaining work as text. */
export function leftText(survey: Survey): string {
  const { rotation, blockers, copies, tlsStates } = survey;
  const away = tlsStates.away !== null && !rotation ? line`Engines and servers are not known: ${tlsStates.away}` : '';
  const left = blockers.length === 0 ? '' : `\nLeft to do:\n${blockers.map((each) => line`  ${each}`).join('')}`;
  const lines = copies.length === 0 ? '' : `\n${copyWords}\n${copies.map((each) => line`  ${each.line}`).join('')}`;
  const next = rotation && blockers.length === 0 ? '\nNothing is left to do: go on with "satsuma ca rotate".\n' : '';
  return `${away}${endedText(survey)}${left}${lines}${next}`;
}

const copyWords =
  'Put the certificates of engines in place, one engine after the other. Docker restarts, for it reads them at its start alone;\n' +
  'with live-restore containers go on, without it they stop: drain the engine first ("satsuma drain"):';
