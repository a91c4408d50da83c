import type { WebSocket } from 'ws';

const pingMs = 10_000;
/** Whoever pages through what a process writes may stop for a while, as with logs. */
const stalledTurns = 60;

export interface KeptAlive {
  /** Something was sent that the client has to read before it sees the next ping. */
  noteSent(): void;
  stop(): void;
}

/**
 * Asks the client every 10 seconds whether it is there, and ends the connection of one that says nothing until the next time.
 * Of one that is not read, because the process takes nothing, no answer can be seen. One that has not read what was sent before
 * the question sees the question late: it has ten minutes.
 */
export function keepAlive(socket: WebSocket): KeptAlive {
  let silentTurns = 0;
  let sent = 0;
  let sentBeforePing = 0;
  let read = 0;
  socket.on('pong', () => {
    silentTurns = 0;
    read = sentBeforePing;
  });
  socket.on('message', () => {
    silentTurns = 0;
  });
  const timer = setInterval(() => {
    const mostSilent = sent > read ? stalledTurns : 1;
    if (silentTurns >= mostSilent && !socket.isPaused) return socket.terminate();
    silentTurns += 1;
    // Where an answer is still to come, it is the one to the first question.
    if (silentTurns === 1) sentBeforePing = sent;
    socket.ping();
  }, pingMs);
  return {
    noteSent: () => {
      sent += 1;
    },
    stop: () => clearInterval(timer),
  };
}
