/** The layout that an import expects, as one would see it in a terminal. */
export function LayoutExample() {
  return (
    <figure className="text-left">
      <figcaption className="mb-1.5 text-ink-3 text-xs">What the zip or the folder holds</figcaption>
      <pre className="whitespace-pre-wrap break-words border-line border-l-2 bg-sunk px-4 py-3 font-mono text-ink-2 text-xs leading-relaxed">
        {`photos/
├── descriptions.jsonlines
└── images/
    ├── photo_00000.jpg
    └── photo_00001.jpg

`}
        <span className="text-ink-3">one line of descriptions.jsonlines:</span>
        {`
{"example_id": "photo_00000", "split": "train",
 "image_file": "photo_00000.jpg",
 "description": "A medium, eye-level view of …"}`}
      </pre>
    </figure>
  );
}
