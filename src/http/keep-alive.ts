import type { WebSocket } from 'ws';

const pingMs = 10_000;
/** A user who pages through the output may pause for a while, as with logs. */
const stalledTurns = 60;

interface KeptAlive {
  /** Counts a message that the client has to read before it sees the next ping. */
  noteSent(): void;
  stop(): void;
}

/**
 * Pings the client every 10 seconds, and closes the connection if there is no answer before the next ping. While the
 * socket is not read, because the process accepts no input, answers cannot be seen. A client that has not read earlier
 * messages sees the ping late: it gets ten minutes.
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
    const maxSilent = sent > read ? stalledTurns : 1;
    if (silentTurns >= maxSilent && !socket.isPaused) return socket.terminate();
    silentTurns += 1;
    // The pending answer is the one to the first ping.
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
