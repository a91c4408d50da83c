import test from 'ava';
import { readRunLine } from '../../src/run-options/read-run-line.ts';

const reads = test.macro({
  exec: (t, line: string, image: object) => t.deepEqual(readRunLine(line).image as object, image),
  title: (_, line) => `reads ${line}`,
});

test(reads, 'docker run -d --name web -p 8080:80 nginx', {
  ...{ name: 'nginx', type: 'label', container_name: 'web' },
  bind_ports: [{ port: 8080, container_port: 80, proto: 'tcp' }],
});
test(reads, "$ docker run -it --rm -m 512m --cpus 0.5 -e 'A=a b' busybox:1.36 sh -c 'echo \"$HOME\" | wc'", {
  ...{ name: 'busybox:1.36', type: 'label', cpus: 0.5, memory: 512, environment: { A: 'a b' } },
  ...{ tty: true, stdin_open: true, auto_remove: true, args: ['sh', '-c', 'echo "$HOME" | wc'] },
});
test(reads, 'docker container run \\\n  --restart unless-stopped \\\r\n  -v data:/data redis', {
  ...{ name: 'redis', type: 'label', restart_policy: { name: 'unless-stopped' }, volumes: ['data:/data'] },
});

test('a label of docker is one of the container, and one of satsuma is one of the engine', (t) => {
  const { image } = readRunLine('sudo docker run -l a=b --label c=d --container-label e=f busybox');
  t.deepEqual(image, { name: 'busybox', type: 'label', container_labels: { a: 'b', c: 'd', e: 'f' } });
  t.deepEqual(readRunLine('satsuma run --label ssd busybox').image, {
    ...{ name: 'busybox', type: 'label', labels: ['ssd'] },
  });
});

test('an option after the image belongs to the program, which is said', (t) => {
  const { image, warnings } = readRunLine('docker run busybox -p 80:80');
  t.deepEqual(image.args, ['-p', '80:80']);
  t.regex(warnings.join(), /-p is after the image/);
});

const refuses = test.macro({
  exec: (t, line: string, expected: RegExp) => {
    const error = t.throws(() => readRunLine(line), { code: 'invalid' });
    t.regex(error?.message ?? '', expected);
  },
  title: (_, line) => `refuses ${JSON.stringify(line)}`,
});

test(refuses, '', /must begin with "docker run"/);
test(refuses, 'docker ps', /must begin with "docker run"/);
test(refuses, 'docker run', /no image given/);
test(refuses, 'docker run --frob busybox', /unknown option '--frob'/);
test(refuses, 'docker run -p busybox', /--publish|no image/);
test(refuses, 'docker run -m much busybox', /must be MB like 512/);
test(refuses, 'docker run -v $(pwd):/data busybox', /\$ is for a shell/);
test(refuses, 'docker run -e HOME="$HOME" busybox', /\$ is for a shell/);
test(refuses, 'docker run busybox; rm -rf /', /; is for a shell/);
test(refuses, 'docker run "busybox', /" has no end/);
test(refuses, 'docker run --help busybox', /unknown option '--help'/);

test('nothing but the line is read: no file, and no variable of the process', (t) => {
  process.env.SATSUMA_TEST_LINE = 'secret';
  t.teardown(() => {
    delete process.env.SATSUMA_TEST_LINE;
  });
  for (const option of ['--env-file /etc/hostname', '-f /etc/hostname', '-e SATSUMA_TEST_LINE'])
    t.throws(() => readRunLine(`docker run ${option} busybox`), { code: 'invalid' }, option);
});
