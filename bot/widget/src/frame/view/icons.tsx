function Icon({ line, turned }: { line: string; turned?: boolean }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" class={turned ? "turned" : ""}>
      <path d={line} />
    </svg>
  );
}

export const PhoneIcon = () => (
  <Icon line="M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2" />
);
export const LeavesIcon = () => <Icon line="M13 5h6v6M19 5l-9 9M10 6H6v12h12v-4" />;
export const CopyIcon = () => <Icon line="M9 9h10v11H9zM5 15V4h10" />;
export const ThumbIcon = ({ isDown }: { isDown: boolean }) => (
  <Icon turned={isDown} line="M3 11h4v10H3zM7 12l4-9c1.7 0 3 1.3 3 3v4h5a2 2 0 0 1 2 2.3l-1.1 7A2 2 0 0 1 17.9 21H7" />
);
export const SendIcon = () => <Icon line="M5 12h13M12 5l7 7-7 7" />;
