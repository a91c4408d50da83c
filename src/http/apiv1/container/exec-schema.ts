import Joi from 'joi';
import type { ExecOptions } from '../../../model/process-stream.ts';
import { text, variableName } from '../../image-schema.ts';
import { runtimeKeys } from '../../runtime-schema.ts';

/** Options of exec, with docker's names. */
export const execKeys: Readonly<Record<Exclude<keyof ExecOptions, 'stdin' | 'detach_keys' | 'detach'>, Joi.Schema>> = {
  cmd: Joi.array().items(text).min(1).max(1024).required(),
  env: Joi.object().pattern(variableName, text),
  user: runtimeKeys.user,
  working_dir: runtimeKeys.working_dir,
  tty: Joi.boolean(),
  privileged: Joi.boolean(),
};
