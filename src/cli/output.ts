import type { Command } from 'commander';
import { IncompleteOperation } from './exit-codes.ts';
import type { Io } from './io.ts';
import { formatTable, type Table } from './table.ts';

export interface OutputFlags {
  readonly json?: boolean | undefined;
  /** False: `--no-trunc`. */
  readonly trunc?: boolean | undefined;
}

/** Text for people: complete lines, and tables. */
export type Text = string | Table | readonly (string | Table)[];

/** The result of a command. */
export interface Result {
  /** The data of the API's answer. */
  readonly data: unknown;
  /** The same as text. Not called with `--json`. */
  readonly text: () => Text;
}

/** With `--json`, each command prints its data as one document. */
export function withJson<C extends Command>(command: C): C {
  return command.option('--json', 'print the data of the answer as JSON');
}

/** For commands that print a table. */
export function withTable<C extends Command>(command: C): C {
  return withJson(command).option('--no-trunc', 'do not truncate output; full ids');
}

export function writeResult(io: Io, { data, text }: Result, flags: OutputFlags): void {
  if (flags.json) writeJson(io, data);
  else writeText(io, text(), flags);
}

export function writeJson(io: Io, data: unknown): void {
  io.stdout(`${JSON.stringify(data)}\n`);
}

/** For commands whose only output is a document. */
export function withDocumentJson<C extends Command>(command: C): C {
  return command.option('--json', 'print it in one line');
}

/** Indented by default. */
export function writeDocument(io: Io, data: unknown, { json }: OutputFlags): void {
  io.stdout(`${JSON.stringify(data, undefined, json ? undefined : 2)}\n`);
}

interface TextStyle extends OutputFlags {
  /** Lines may be longer than the terminal. */
  readonly isWide?: boolean;
}

/** A table fits the terminal's width. In a pipe or a file only ids are shortened, as in docker and kubectl. */
export function writeText(io: Io, text: Text, { trunc = true, isWide = false }: TextStyle = {}): void {
  const { columns, hasColours } = io.terminal?.() ?? {};
  const width = isWide ? undefined : columns;
  for (const part of [text].flat()) {
    if (typeof part === 'string') io.stdout(part);
    // `control` keeps the colours; the table has sanitized its cells.
    else (hasColours ? io.control : io.stdout)(formatTable(part, { width, hasColours, isWhole: !trunc }));
  }
}

/** Prints an awaited result. With `--json`, a failure prints the last known state. */
export async function writeOutcome(io: Io, flags: OutputFlags, outcome: Promise<Result>): Promise<void> {
  try {
    writeResult(io, await outcome, flags);
  } catch (error) {
    if (flags.json && error instanceof IncompleteOperation && error.data !== undefined) writeJson(io, error.data);
    throw error;
  }
}
