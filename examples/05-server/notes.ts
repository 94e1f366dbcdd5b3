export interface Note {
  readonly id: number;
  readonly text: string;
}

/** The notes, and who is told of new ones. */
export class Notes {
  readonly #all: Note[] = [];
  readonly #listeners = new Set<(note: Note) => void>();

  get all(): readonly Note[] {
    return this.#all;
  }

  add(text: string): Note {
    const note = { id: this.#all.length + 1, text };
    this.#all.push(note);
    for (const listener of this.#listeners) listener(note);
    return note;
  }

  onAdded(listener: (note: Note) => void): void {
    this.#listeners.add(listener);
  }
}
