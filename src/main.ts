#!/usr/bin/env -S node --
import { type ApiStream, type ApiTransport, apiClient, apiStream } from './cli/api-client.ts';
import { type ApiTransfer, apiTransfer } from './cli/api-transfer.ts';
import { processIo } from './cli/process-io.ts';
import { type OpenSession, sessionAt } from './cli/process-session.ts';
import { runCli } from './cli/run-cli.ts';
import type { Serve } from './cli/serve-command.ts';
import { openContexts } from './config/contexts.ts';

// Loads the server's modules for `serve` only, so that other commands start faster.
const serve: Serve = async (options) => (await import('./serve.ts')).serve(options);

/**
 * The server's address is resolved when a command needs it, so that a wrong configuration is reported by the command.
 */
const contexts = openContexts();
const api: ApiTransport = (...call) => apiClient(contexts.host(), contexts.credentials())(...call);
const stream: ApiStream = (...call) => apiStream(contexts.host(), contexts.credentials())(...call);
const transfer: ApiTransfer = (...call) => apiTransfer(contexts.host(), contexts.credentials())(...call);
const session: OpenSession = (...call) => sessionAt(contexts.host(), contexts.credentials())(...call);
const { io, finish } = processIo();
process.exitCode = await finish(await runCli(process.argv, { io, serve, api, stream, transfer, session, contexts }));
