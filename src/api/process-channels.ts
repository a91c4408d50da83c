/** The WebSocket subprotocol for the streams of a process. */
export const processProtocol = 'v1.satsuma.exec';

/** The first byte of each message. After `close`, the second byte is the channel that ends. */
export const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, moved: 5, close: 255 } as const;
export type Channel = keyof typeof channels;
