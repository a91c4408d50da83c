import Joi from 'joi';
import type { AuditSettings } from './config.ts';
import { must, unknownSetting } from './messages.ts';

/** With the spelling of the configuration file. */
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

/** Candidates for suggestions about an unknown setting. */
export const auditWords = Object.keys(keys);

/** Without authentication, there is little to record. */
export function auditOf({ mode, 'keep-days': keepDays }: AuditInFile, areKnown: boolean): AuditSettings {
  return { isOn: mode === 'on' || (mode === 'with-accounts' && areKnown), keepMs: keepDays * 86_400_000 };
}

export function describeAudit({ isOn, keepMs }: AuditSettings): AuditInFile {
  return { mode: isOn ? 'on' : 'off', 'keep-days': keepMs / 86_400_000 };
}
