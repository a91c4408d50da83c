import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { type Behaviour, goodBehaviour, mannerOf } from './behaviour.ts';
import { answer } from './engine-api.ts';
import { makeForeignEvents } from './foreign-events.ts';
import { SimulatedEngine } from './simulated-engine.ts';

/** The simulator's process: one TLS server with its own port for each engine. Messages set the behaviour. */
const [count = '', ca = '', cert = '', key = ''] = process.argv.slice(2);
const engines = new Map<number, { readonly index: number; readonly engine: SimulatedEngine }>();
let behaviour = goodBehaviour;
let endEvents = () => {};

const server = https.createServer(
  {
    ca: readFileSync(ca),
    cert: readFileSync(cert),
    key: readFileSync(key),
    requestCert: true,
    rejectUnauthorized: true,
    keepAliveTimeout: 0,
  },
  (request, response) => void serve(request, response),
);
process.on('message', (reported: Behaviour) => {
  behaviour = reported;
  endEvents();
  const { foreignEventsPerSecond: perSecond } = behaviour;
  if (perSecond > 0)
    endEvents = makeForeignEvents(
      [...engines.values()].map(({ engine }) => engine),
      perSecond,
    );
  process.send?.({ reported: true });
});
process.on('disconnect', () => process.exit());

for (let index = 0; index < Number(count); index++) {
  const listener = net.createServer((socket) => server.emit('connection', socket));
  listener.listen({ port: 0, host: '127.0.0.1', backlog: 511 });
  await once(listener, 'listening');
  engines.set((listener.address() as AddressInfo).port, { index, engine: new SimulatedEngine(`sim-${index}`) });
}
process.send?.({ ports: [...engines.keys()] });

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const found = engines.get(request.socket.localPort ?? 0);
  if (!found) return void response.writeHead(404).end();
  const manner = mannerOf(behaviour, found.index);
  if (manner === 'hangs') return;
  if (manner === 'fails') return void response.writeHead(500).end('{"message": "simulated to fail"}');
  if (behaviour.latencyMs > 0) await setTimeout(behaviour.latencyMs);
  await answer(found.engine, request, response);
}
