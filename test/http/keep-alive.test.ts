import { EventEmitter } from 'node:events';
import { mock } from 'node:test';
import test, { type ExecutionContext } from 'ava';
import type { WebSocket } from 'ws';
import { keepAlive } from '../../src/http/keep-alive.ts';

const turnMs = 10_000;

class FakeSocket extends EventEmitter {
  pings = 0;
  isTerminated = false;
  isPaused = false;

  ping(): void {
    this.pings += 1;
  }

  terminate(): void {
    this.isTerminated = true;
  }
}

function start(t: ExecutionContext) {
  mock.timers.enable({ apis: ['setInterval'] });
  t.teardown(() => mock.timers.reset());
  const socket = new FakeSocket();
  const { stop, noteSent } = keepAlive(socket as unknown as WebSocket);
  return { socket, stop, noteSent, turn: () => mock.timers.tick(turnMs) };
}

test.serial('a client that answers is asked again and again', (t) => {
  const { socket, turn } = start(t);
  for (let n = 1; n <= 5; n++) {
    turn();
    socket.emit(n % 2 ? 'pong' : 'message');
    t.is(socket.pings, n);
  }
  t.false(socket.isTerminated);
});

test.serial('a client that says nothing is left at the next question', (t) => {
  const { socket, turn } = start(t);
  turn();
  t.false(socket.isTerminated);
  turn();
  t.true(socket.isTerminated);
  t.is(socket.pings, 1);
});

test.serial('of one that is not read no answer can be seen; once it is read it has to answer', (t) => {
  const { socket, turn } = start(t);
  socket.isPaused = true;
  for (let n = 0; n < 3; n++) turn();
  t.false(socket.isTerminated);
  socket.isPaused = false;
  turn();
  t.true(socket.isTerminated);
});

test.serial('one that reads slowly has ten minutes for what was sent before the question', (t) => {
  const { socket, noteSent, turn } = start(t);
  noteSent();
  for (let n = 0; n < 50; n++) turn();
  t.false(socket.isTerminated);
  socket.emit('pong');
  // What was sent before the first question is read by now, and what came after it is not.
  noteSent();
  for (let n = 0; n < 60; n++) turn();
  t.false(socket.isTerminated);
  turn();
  t.true(socket.isTerminated);
});

test.serial('one that has read everything has to answer at once', (t) => {
  const { socket, noteSent, turn } = start(t);
  noteSent();
  turn();
  socket.emit('pong');
  turn();
  turn();
  t.true(socket.isTerminated);
});

test.serial('nobody is asked once it is over', (t) => {
  const { socket, stop, turn } = start(t);
  stop();
  turn();
  t.is(socket.pings, 0);
});
