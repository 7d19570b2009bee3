// A gateway that is not there: sockets and fetches end here, and tests play its part.
const sent = [];
let socket = null;

export function install() {
  window.fetch = async () =>
    new Response(JSON.stringify({ accounts: ["ada@demo.test"] }), { status: 200 });
  window.WebSocket = class {
    constructor() {
      socket = this;
      queueMicrotask(() => socket === this && this.onopen?.(new Event("open")));
    }
    send(bytes) {
      sent.push(new Uint8Array(bytes));
    }
    close() {
      if (socket === this) socket = null;
    }
  };
}

export function next() {
  return sent.shift();
}

export function deliver(bytes) {
  socket?.onmessage?.(new MessageEvent("message", { data: new Uint8Array(bytes).buffer }));
}

export function end(code) {
  socket?.onclose?.(new CloseEvent("close", { code }));
}
