import Joi from 'joi';
import type { AuditSettings } from './config.ts';
import { must, unknownSetting } from './messages.ts';

/** As the file spells them. */
export interface AuditInFile {
  readonly mode: 'on' | 'off' | 'with-accounts';
  readonly 'keep-days': number;
}

const usual: AuditInFile = { mode: 'with-accounts', 'keep-days': 90 };

const keys = {
  mode: must('on, off or with-accounts', Joi.valid('on', 'off', 'with-accounts')).default(usual.mode),
  'keep-days': must('a whole number of days from 1 to 3660', Joi.number().integer().min(1).max(3_660)).default(
    usual['keep-days'],
  ),
};

export const auditSchema = must('an object with "mode" or "keep-days"', Joi.object(keys))
  .messages({ 'object.unknown': unknownSetting })
  .default(usual);

/** Where words like them are looked for when one is not known. */
export const auditWords = Object.keys(keys);

/** Where nobody is asked who they are, there is little to record. */
export function auditOf({ mode, 'keep-days': keepDays }: AuditInFile, areKnown: boolean): AuditSettings {
  return { isOn: mode === 'on' || (mode === 'with-accounts' && areKnown), keepMs: keepDays * 86_400_000 };
}

export function describeAudit({ isOn, keepMs }: AuditSettings): AuditInFile {
  return { mode: isOn ? 'on' : 'off', 'keep-days': keepMs / 86_400_000 };
}
