import type { CertificateFiles } from './files.ts';

/** The settings for `/etc/docker/daemon.json`, as JSON text. `files`: paths on the engine's host. */
export function daemonJson(files: CertificateFiles): string {
  const lines = {
    tlsverify: true,
    tlscacert: files.ca,
    tlscert: files.cert,
    tlskey: files.key,
    hosts: ['tcp://0.0.0.0:2376', 'unix:///var/run/docker.sock'],
  };
  return JSON.stringify(lines, undefined, 2);
}
