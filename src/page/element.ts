/// <reference lib="dom" />
import { parseHTML } from 'linkedom';

/** What an element may hold: other elements, texts, which are never taken for markup, or nothing. */
export type Content = Element | string | readonly Content[];

/** Makes elements of one page. Whatever texts hold, they stay texts. */
export class ElementFactory {
  readonly document: Document = parseHTML(
    '<!doctype html><html lang="en"><head></head><body></body></html>',
  ).document;

  /** An element with attributes; those of no value are left out. */
  make(
    name: string,
    attributes: Readonly<Record<string, string | null>>,
    ...content: readonly Content[]
  ): Element {
    const element = this.document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== null) element.setAttribute(key, value);
    }
    this.#append(element, content);
    return element;
  }

  #append(element: Element, content: readonly Content[]): void {
    for (const part of content) {
      if (typeof part === 'string') element.append(this.document.createTextNode(part));
      else if (isList(part)) this.#append(element, part);
      else element.append(part);
    }
  }
}

function isList(content: Content): content is readonly Content[] {
  return Array.isArray(content);
}
