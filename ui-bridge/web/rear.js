// Reversing: the rear picture, the code outlined, one small badge. Nothing here can be touched or focused.
import {draw, make, place} from './dom.js';

/** @typedef {import('./bridge.js').View} View */

export class RearScreen {
  /** @param {import('./main.js').Face} face */
  constructor(face) {
    this.picture = /** @type {HTMLImageElement} */ (make('img.picture', {alt: face.words.rear_picture}));
    this.none = make('p.none', {}, face.words.no_picture);
    this.outline = draw('svg', {class: 'outline', 'aria-hidden': 'true', preserveAspectRatio: 'xMidYMid meet'});
    this.badge = make('aside.badge');
    this.element = make('div.rear', {}, this.none, this.picture, this.outline, this.badge);
    this.picture.addEventListener('error', () => { this.picture.hidden = true; });
    this.watched = false;
  }

  /** @param {View} view */
  show(view) {
    const running = view.state?.camera_state === 'running';
    if (running && (!this.watched || this.picture.hidden)) {
      this.picture.hidden = false;
      this.picture.src = `/preview?at=${Date.now()}`; // else the browser shows its copy of the last one
    }
    this.watched = running;
    const badge = view.badge;
    this.badge.hidden = !badge;
    if (badge) {
      this.badge.dataset.tone = badge.tone;
      place(this.badge, [make('b', {}, badge.text), badge.price && make('span', {}, badge.price), badge.trust && make('small', {}, badge.trust)]);
    }
    const code = view.code;
    this.outline.replaceChildren();
    if (!code) return;
    this.outline.setAttribute('viewBox', `0 0 ${code.width} ${code.height}`);
    this.outline.append(draw('polygon', {points: code.points, class: 'under'}), draw('polygon', {points: code.points}));
  }

  /** Ends the stream: an <img> that is only removed would go on loading. */
  leave() {
    this.picture.removeAttribute('src');
    this.watched = false;
  }
}
