// What a program does with testcontainers, told line by line. The folder that has it is the first argument, then an image and the engine to run on.
import { createRequire } from 'node:module';

const [, , folder, image, engine] = process.argv;
const { GenericContainer, Network, Wait } = createRequire(`${folder}/`)('testcontainers');
const tell = (...words) => console.log(...words);
const here = { 'satsuma.constraints': `engine==${engine}` };

const web = await new GenericContainer(image)
  // Again and again: after a restart testcontainers looks at no line from before the time at which the container started, as an engine tells it,
  // and the first line may be from before that.
  .withCommand(['sh', '-c', 'while echo ready >&2; do sleep 0.2; done & exec httpd -f -p 80 -h /www'])
  .withCopyContentToContainer([{ content: 'hello\n', target: '/www/index.html' }])
  .withEnvironment({ NAME: 'web' })
  .withExposedPorts(80)
  .withLabels(here)
  .withWaitStrategy(Wait.forAll([Wait.forLogMessage('ready'), Wait.forListeningPorts()]))
  .start();
const page = await fetch(`http://${web.getHost()}:${web.getMappedPort(80)}/`);
tell('page', page.status, await page.text());
const { exitCode, output } = await web.exec(['sh', '-c', 'echo $NAME; exit 3']);
tell('exec', exitCode, output.trim());
await web.restart();
await web.stop();

// Both are placed where the network is.
const network = await new Network().start();
const inNetwork = (command) => new GenericContainer(image).withCommand(['sh', '-c', command]).withNetwork(network);
const server = await inNetwork('echo from the server > /page; echo ready; exec httpd -f -p 80 -h /')
  .withNetworkAliases('server')
  .withWaitStrategy(Wait.forLogMessage('ready'))
  .start();
const client = await inNetwork('until wget -q -O - http://server/page; do sleep 0.1; done; exec sleep 1d')
  .withWaitStrategy(Wait.forLogMessage('from the server'))
  .start();
tell('the client has read the page');
await client.stop();
await server.stop();
await network.stop();
tell('stopped');
