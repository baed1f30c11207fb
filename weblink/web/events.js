// Shared by all three pages: live events.
// @ts-check

/**
 * Events of the server. The browser connects again by itself, except after an answer that is no stream: then we do.
 * @param {string} url @param {Record<string, (data: any) => void>} handlers
 * @param {(open: boolean) => void} connection
 * @returns {() => void} ends it
 */
export function follow(url, handlers, connection) {
  /** @type {EventSource} */
  let source;
  let timer = 0;
  const open = () => {
    source = new EventSource(url);
    source.onopen = () => connection(true);
    source.onerror = () => {
      connection(false);
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, 2000);
    };
    for (const [name, handler] of Object.entries(handlers))
      source.addEventListener(name, (event) => handler(JSON.parse(/** @type {MessageEvent} */ (event).data)));
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
