"""What every step uses: failures, findings, child processes, trees, TOML and INI text. Knows no step."""
