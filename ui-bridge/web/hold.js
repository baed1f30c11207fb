// A button that must be held: a brush of the sleeve orders nothing. Pointer, Enter and Space alike.

const HOLD_MS = 900; // as long as .hold.holding runs in face.css

/**
 * @param {HTMLElement} button
 * @param {() => void} done
 */
export function holdToStart(button, done) {
  let timer = 0;

  function start() {
    if (timer !== 0 || button.hasAttribute('disabled')) return;
    button.classList.add('holding');
    timer = window.setTimeout(() => {
      stop();
      done();
    }, HOLD_MS);
  }

  function stop() {
    window.clearTimeout(timer);
    timer = 0;
    button.classList.remove('holding');
  }

  button.addEventListener('pointerdown', (event) => event.button === 0 && start());
  for (const end of ['pointerup', 'pointerleave', 'pointercancel', 'blur']) button.addEventListener(end, stop);
  button.addEventListener('contextmenu', (event) => event.preventDefault());
  button.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    if (!event.repeat) start();
  });
  button.addEventListener('keyup', stop);
}
