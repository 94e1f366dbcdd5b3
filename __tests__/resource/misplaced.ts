import { JsonResponse, Resource } from "colonnade";

/** A decorator as plain JavaScript may write it. */
export type Anywhere = (...decorated: unknown[]) => void;

/** What a decorator of methods may not stand on, each as messages name it. */
export function misplacements(anywhere: Anywhere): [where: string, declare: () => unknown][] {
  return [
    [
      "a static member, method",
      () => {
        class Wrong extends Resource {
          @anywhere static method() {}
        }
        return Wrong;
      },
    ],
    [
      "a static member, field",
      () => {
        class Wrong extends Resource {
          @anywhere static field = 5;
        }
        return Wrong;
      },
    ],
    [
      "a field, field",
      () => {
        class Wrong extends Resource {
          @anywhere field = 5;
        }
        return Wrong;
      },
    ],
    [
      "a field, arrow",
      () => {
        class Wrong extends Resource {
          @anywhere arrow = () => new JsonResponse(5);
        }
        return Wrong;
      },
    ],
    [
      "an accessor, read",
      () => {
        class Wrong extends Resource {
          @anywhere get read() {
            return 5;
          }
        }
        return Wrong;
      },
    ],
    [
      "an accessor, written",
      () => {
        class Wrong extends Resource {
          @anywhere set written(_value: number) {}
        }
        return Wrong;
      },
    ],
    [
      "an accessor, automatic",
      () => {
        class Wrong extends Resource {
          @anywhere accessor automatic = 5;
        }
        return Wrong;
      },
    ],
  ];
}
