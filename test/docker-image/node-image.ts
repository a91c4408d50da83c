import { once } from 'node:events';
import { cp, mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { run } from '../../example/lab/run.ts';

/** What of a Debian with Docker no image of Node needs. */
const leftOut = ['usr/bin/docker*', 'usr/sbin/docker*', 'usr/bin/containerd*', 'usr/share/doc', 'var/cache', 'satsuma'];

/**
 * Makes a tar file of a Debian with this machine's Node, npm and certificate authorities, and the user `node`: what is
 * needed of an image of Node where none can be pulled.
 */
export async function packNodeImage(systemRoot: string, dir: string): Promise<string> {
  const root = join(dir, 'node');
  const npm = join(dirname(dirname(process.execPath)), 'lib/node_modules/npm');
  await mkdir(root);
  const excluded = leftOut.map((path) => `--exclude=./${path}`);
  await run('sh', [
    '-c',
    'from=$1 to=$2; shift 2; tar -C "$from" "$@" -c . | tar -C "$to" -x',
    'sh',
    systemRoot,
    root,
    ...excluded,
  ]);
  await cp(process.execPath, join(root, 'usr/bin/node'));
  await cp(npm, join(root, 'usr/lib/node_modules/npm'), { recursive: true });
  const authorities = '/etc/ssl/certs/ca-certificates.crt';
  await cp(authorities, join(root, authorities));
  await run('ln', ['-s', '../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/bin/npm')]);
  await run('chroot', [root, 'useradd', '--uid', '1000', '--create-home', 'node']);
  const archive = join(dir, 'node.tar');
  await run('tar', ['-C', root, '-cf', archive, '.']);
  return archive;
}

/** An HTTPS proxy on one address of this machine: engines of a lab have no way to anywhere else. */
export async function startProxy(host: string): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connect', ({ url = '' }, client, head) => {
    const [target, port] = url.split(':');
    const upstream = connect({ host: target, port: Number(port) }, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://${host}:${address.port}`, close };
}
