import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { startLab } from '/work/main/example/lab/lab.ts';
import { registerAll, startSatsuma } from '/work/main/test/integration/satsuma-server.ts';

const lab = await startLab({ name: 'svc', engines: 3, image: true, attached: true });
rmSync('/tmp/svc', { recursive: true, force: true });
mkdirSync('/tmp/svc', { recursive: true });
const server = await startSatsuma(lab, '/tmp/svc', {
  'listen-addr': '127.0.0.1:8099',
  'observe-interval': 5,
  lease: 30,
});
await registerAll(server, lab);
console.log('up', server.address);
process.on('SIGTERM', async () => {
  await server.end();
  writeFileSync('/tmp/svc/log.json', (await server.log()).map((x) => JSON.stringify(x)).join('\n'));
  await lab.down();
  process.exit(0);
});
process.on('SIGUSR2', async () => {
  writeFileSync('/tmp/svc/log.json', (await server.log()).map((x) => JSON.stringify(x)).join('\n'));
});
setInterval(() => {}, 1000);
