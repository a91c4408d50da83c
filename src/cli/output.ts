import type { Command } from 'commander';
import { NotDone } from './exit-codes.ts';
import type { Io } from './io.ts';
import { formatTable, type Table } from './table.ts';

export interface OutputFlags {
  readonly json?: boolean | undefined;
  /** False: `--no-trunc`. */
  readonly trunc?: boolean | undefined;
}

/** Text for people: lines that end with a new line, and tables. */
export type Text = string | Table | readonly (string | Table)[];

/** What a command found or did. */
export interface Result {
  /** The data of the API's answer. */
  readonly data: unknown;
  /** The same for people. Not called with `--json`. */
  readonly text: () => Text;
}

/** Each command prints its data with `--json`, as one document. */
export function withJson<C extends Command>(command: C): C {
  return command.option('--json', 'print the data of the answer as JSON');
}

/** Of commands that print a table. */
export function withTable<C extends Command>(command: C): C {
  return withJson(command).option('--no-trunc', 'cut nothing to fit the terminal; whole ids');
}

export function writeResult(io: Io, { data, text }: Result, flags: OutputFlags): void {
  if (flags.json) writeJson(io, data);
  else writeText(io, text(), flags);
}

export function writeJson(io: Io, data: unknown): void {
  io.stdout(`${JSON.stringify(data)}\n`);
}

/** Of commands whose only output is a document. */
export function withDocumentJson<C extends Command>(command: C): C {
  return command.option('--json', 'print it in one line');
}

/** Indented for people. */
export function writeDocument(io: Io, data: unknown, { json }: OutputFlags): void {
  io.stdout(`${JSON.stringify(data, undefined, json ? undefined : 2)}\n`);
}

interface TextStyle extends OutputFlags {
  /** Lines may be longer than the terminal. */
  readonly isWide?: boolean;
}

/** A table is made as wide as the terminal. To a pipe or a file it is whole but for ids, as docker and kubectl have it. */
export function writeText(io: Io, text: Text, { trunc = true, isWide = false }: TextStyle = {}): void {
  const { columns, hasColours } = io.terminal?.() ?? {};
  const width = isWide ? undefined : columns;
  for (const part of [text].flat()) {
    if (typeof part === 'string') io.stdout(part);
    // A terminal is to obey the colours; what is in the cells is made visible by the table.
    else (hasColours ? io.control : io.stdout)(formatTable(part, { width, hasColours, isWhole: !trunc }));
  }
}

/** Writes the result of what is waited for. Where it was not done in the end, with `--json`, what became of it. */
export async function writeOutcome(io: Io, flags: OutputFlags, outcome: Promise<Result>): Promise<void> {
  try {
    writeResult(io, await outcome, flags);
  } catch (error) {
    if (flags.json && error instanceof NotDone && error.data !== undefined) writeJson(io, error.data);
    throw error;
  }
}
