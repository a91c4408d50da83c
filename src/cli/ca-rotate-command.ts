import type { Command } from 'commander';
import type { Rotation, RotationStep } from '../ca/rotation.ts';
import { SatsumaError } from '../model/errors.ts';
import type { ApiClient } from './api-client.ts';
import { leftText, rotationWords, statusOf } from './ca-status-command.ts';
import type { Survey } from './ca-survey.ts';
import { IncompleteOperation } from './exit-codes.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';

const surveys = () => import('./ca-survey.ts');
const rotations = () => import('../ca/rotate.ts');

interface Flags extends OutputFlags {
  readonly dir: string;
  readonly name?: string;
  readonly days?: number;
  readonly abort?: boolean;
  readonly force?: boolean;
}

const words = paragraph(
  'Say it again after each step: it goes on if nothing is left to do, and otherwise says what is. Keys stay; who signs changes. A crash ' +
    'does no harm: the next run takes up what was begun. Until the last step it can be aborted.',
);

export function addRotate(command: Command, wholeDays: (text: string) => number, api: ApiClient, io: Io): void {
  withJson(command)
    .option('--name <name>', 'what the second authority is called (default: that of the first with the next number)')
    .option('--days <n>', 'how long certificates are valid that are signed anew (default: 730)', wholeDays)
    .option('--abort', 'go back to the first authority')
    .option('--force', 'go on although something is left to do')
    .addHelpText('after', [words, examples('satsuma ca rotate', 'satsuma ca rotate --abort')].join('\n'))
    .action(async (flags: Flags) => {
      const { dir, json } = flags;
      const resultText = await rotate(flags, api);
      const survey = await (await surveys()).surveyAuthority(dir, api);
      const isOver = survey.rotation === undefined;
      const text = () => `${resultText}${isOver ? '' : leftText(survey)}`;
      writeResult(io, { data: statusOf(survey), text }, { json });
    });
}

/** Carries out the next step. Throws NotDone with the remaining work, and `invalid`. */
async function rotate(flags: Flags, api: ApiClient): Promise<string> {
  const { dir, abort = false } = flags;
  const { startRotation, resumeRotation } = await rotations();
  const before = await (await surveys()).surveyAuthority(dir, api);
  if (!before.rotation) {
    if (abort) throw new SatsumaError('invalid', 'No rotation is under way.');
    return wordsOf.trust(await startRotation(dir, flags));
  }
  await resumeRotation(before.root, flags);
  const { rotation } = before;
  if (!abort || rotation.step === 'abort') return await nextStep(before, rotation, flags);
  if (rotation.step === 'cleanup') {
    throw new SatsumaError(
      'invalid',
      'It is too late to abort: the first authority is believed no more. Start another rotation.',
    );
  }
  return await abortRotation(before, rotation, flags, api);
}

async function nextStep(survey: Survey, rotation: Rotation, flags: Flags): Promise<string> {
  const { finishRotation, stepTo } = await rotations();
  const { blockers, root } = survey;
  if (blockers.length > 0 && !flags.force) {
    const message = `the step ${rotation.step} is not over. ${leftText(survey).trim()}\n--force goes on all the same`;
    throw new IncompleteOperation(1, message, undefined, statusOf(survey));
  }
  const next = following[rotation.step];
  if (next !== undefined) return wordsOf[next](await stepTo(root, rotation, next, flags));
  await finishRotation(root, rotation);
  return rotation.step === 'abort' ? aborted : `The rotation is over: the first authority and its key are gone.\n`;
}

async function abortRotation(survey: Survey, rotation: Rotation, flags: Flags, api: ApiClient): Promise<string> {
  const { finishRotation, stepTo } = await rotations();
  const back = await stepTo(survey.root, rotation, 'abort', flags);
  // Before the second step nobody has a certificate of the second CA.
  const { blockers } = await (await surveys()).surveyAuthority(survey.root, api);
  if (blockers.length > 0 && !flags.force && rotation.step !== 'trust') return wordsOf.abort(back);
  await finishRotation(survey.root, back);
  return aborted;
}

const aborted = 'The rotation is aborted: the second authority and its key are gone.\n';

/** Absent: the last step. */
const following: Readonly<Record<RotationStep, RotationStep | undefined>> = {
  trust: 'engines',
  engines: 'clients',
  clients: 'cleanup',
  cleanup: undefined,
  abort: undefined,
};

const nameOf = ({ certificate }: Rotation['first']) => String(certificate.subject.getField('CN')?.value);
const stepText = (step: RotationStep) => `Step ${rotationWords.indexOf(step) + 1} of ${rotationWords.length}, ${step}:`;

const wordsOf: Readonly<Record<RotationStep, (rotation: Rotation) => string>> = {
  trust: ({ second }) =>
    `${stepText('trust')} made ${nameOf(second)}. Each ca.pem of the folder has both authorities now.\n` +
    'Copy ca.pem to the "ca-cert" and the "client-ca" of every server that does not read it here, to which it matters within 10\n' +
    'seconds, and to every context and script that knows the API by it. Then say it again.\n',
  engines: ({ second }) =>
    `${stepText('engines')} ${nameOf(second)} has signed the certificates of engines, and that of the API if it is one of them.\n`,
  clients: ({ second }) =>
    `${stepText('clients')} ${nameOf(second)} has signed the certificates of clients. Copy cert.pem of each folder in clients/ to every\n` +
    'server and account that does not read it here. The keys are the same. Then say it again.\n',
  cleanup: ({ first, second }) =>
    `${stepText('cleanup')} each ca.pem of the folder has ${nameOf(second)} alone. Copy it to where both were copied. Until an engine has\n` +
    `it and is restarted, it accepts client certificates of ${nameOf(first)}.\n`,
  abort: ({ first }) =>
    `${nameOf(first)} has signed all certificates again. Copy cert.pem of each folder in clients/ to where it was copied.\n` +
    'Then say it again.\n',
};
