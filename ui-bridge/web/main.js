// The face: one screen by driving state. Where nothing may be touched there is nothing to touch.
import {AroundScreen} from './around.js';
import {Bridge} from './bridge.js';
import {ChargeScreen} from './charge.js';
import {make, place} from './dom.js';
import {HistoryScreen, ReceiptScreen} from './history.js';
import {icon} from './parts.js';
import {RearScreen} from './rear.js';
import {SettingsScreen} from './settings.js';

/** @typedef {import('./bridge.js').View} View */
/** @typedef {'charge' | 'around' | 'history' | 'settings' | 'receipt'} Section */

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class Face {
  constructor() {
    this.theme = localStorage.getItem('theme') ?? 'auto';
    this.bridge = new Bridge(new URLSearchParams(location.search).get('lang') ?? localStorage.getItem('language') ?? '');
    /** @type {Section} */
    this.section = 'charge';
    /** @type {View | null} */
    this.view = null;
    this.storedShown = ''; // what stands behind the switches of the settings
    this.setTheme(this.theme);
  }

  get words() {
    return this.bridge.words;
  }

  async open() {
    try {
      await this.bridge.open();
    } catch {
      setTimeout(() => this.open(), 3000); // the bridge is being restarted
      return;
    }
    this.charge = new ChargeScreen(this);
    this.rear = new RearScreen(this);
    this.around = new AroundScreen(this);
    this.history = new HistoryScreen(this);
    this.receiptScreen = new ReceiptScreen(this);
    this.settings = new SettingsScreen(this);
    if (this.bridge.demo) await this.showLever();
    part('rail').setAttribute('aria-label', this.words.sections);
    part('lost').textContent = this.words.lost;
    place(part('rail'), /** @type {const} */ (['charge', 'around', 'history', 'settings']).map((name) =>
      make('button.tab', {type: 'button', 'data-section': name, click: () => this.go(name)}, icon(name), make('span', {}, this.words[name]), name === 'around' && make('i.count', {id: 'n-offers', hidden: true}))));
    this.bridge.follow((view) => this.show(view), (lost) => { part('lost').hidden = !lost; });
  }

  async showLever() {
    const {demoBar} = await import('./demo.js');
    document.querySelector('.demo')?.remove();
    document.body.append(demoBar(this));
  }

  /** @param {View} view */
  show(view) {
    const before = this.view;
    this.view = view;
    document.title = `${view.headline} · ${view.title}`;
    document.body.dataset.screen = view.screen;
    if (view.screen !== 'parked' || (!view.settable && this.section === 'settings')) this.section = 'charge';
    part('brand').textContent = view.title;
    part('gear').hidden = !view.gear;
    part('gear').textContent = view.gear ?? '';
    place(part('links'), (view.links ?? []).map((link) => make(`li.${link.tone}`, {title: `${link.label}: ${link.text}`}, icon(link.id),
      make('span', {}, link.text))));
    part('rail').hidden = view.screen !== 'parked';
    part('rail').querySelector('[data-section=settings]')?.toggleAttribute('disabled', !view.settable);
    const offers = view.around?.offers.length ?? 0;
    part('n-offers').hidden = offers === 0;
    part('n-offers').textContent = `${offers}`;
    const spoken = view.badge ? [view.badge.text, view.badge.price].filter(Boolean).join(', ') : `${view.headline}. ${view.advice}`;
    if (part('spoken').textContent !== spoken) part('spoken').textContent = spoken;
    if (before?.screen === 'reversing' && view.screen !== 'reversing') this.rear?.leave();
    this.render();
  }

  render() {
    const view = this.view;
    if (!view || !this.charge || !this.rear) return;
    if (view.screen === 'reversing') this.rear.show(view);
    else this.charge.show(view);
    const stored = JSON.stringify([view.state?.sharing, view.state?.subscription, view.state?.consent]);
    const screen = view.screen === 'reversing' ? this.rear
      : {charge: this.charge, around: this.around, history: this.history, settings: this.settings, receipt: this.receiptScreen}[this.section];
    if (screen === this.around) this.around?.show(view);
    else this.around?.leave();
    if (screen === this.settings && stored !== this.storedShown) {
      this.storedShown = stored;
      this.settings?.fill();
    }
    if (screen && part('stage').firstChild !== screen.element) place(part('stage'), [screen.element]);
    for (const tab of part('rail').querySelectorAll('.tab')) {
      const name = this.section === 'receipt' ? 'history' : this.section;
      if (tab.getAttribute('data-section') === name) tab.setAttribute('aria-current', 'page');
      else tab.removeAttribute('aria-current');
    }
  }

  /** @param {Section} section @param {string} [detail] */
  async go(section, detail) {
    try {
      if (section === 'history') await this.history?.enter();
      if (section === 'around') this.around?.enter();
      if (section === 'receipt') await this.receiptScreen?.enter(detail ?? '');
      if (section === 'settings' && this.view) this.settings?.enter(this.view);
      this.section = section;
      this.render();
      part('stage').scrollTop = 0;
    } catch (error) {
      this.complain(error);
    }
  }

  /** @param {string} orderId */
  receipt(orderId) {
    return this.go('receipt', orderId);
  }

  /** @param {string} name */
  async act(name) {
    if (name === 'limits') return this.go('settings');
    if (name === 'receipt') return this.receipt(this.view?.state?.order?.order_id ?? '');
    const button = document.querySelector('.action button');
    button?.setAttribute('disabled', '');
    try {
      if (name === 'move') await this.bridge.act('/move', {evse: ''});
      else await this.bridge.act(`/actions/${name}`);
    } catch (error) {
      this.complain(error);
    } finally {
      button?.removeAttribute('disabled');
    }
  }

  /** @param {unknown} error */
  complain(error) {
    document.querySelector('.toast')?.remove();
    const toast = make('button.toast', {type: 'button', role: 'alert', click: () => toast.remove()}, /** @type {Error} */ (error).message || this.words.failed);
    document.body.append(toast);
  }

  /** @param {string} theme */
  setTheme(theme) {
    this.theme = theme;
    localStorage.setItem('theme', theme);
    document.documentElement.dataset.theme = theme;
    this.settings?.fill();
  }

  /** @param {string} language */
  async setLanguage(language) {
    localStorage.setItem('language', language);
    this.bridge.language = language;
    this.section = 'charge';
    await this.open();
  }
}

new Face().open();
