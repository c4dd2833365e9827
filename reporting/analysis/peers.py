"""Which practices are most alike, so that one is compared with its like."""

import numpy as np
import pandas as pd

PEERS = 10
FEWEST_SHOWN = 5


def nearest(frame: pd.DataFrame, practice: str, k: int = PEERS) -> pd.DataFrame:
    """The k practices nearest to one: its columns and `distance` (0 would be identical), nearest first.

    frame: practice, list_size, share_65_plus, imd, one row a practice; rows with a missing value are left
    out. Distance: Euclidean over log list size, share aged 65 and over and mean IMD, each standardised over
    the frame. Raises ValueError when the practice is not in the frame or lacks a value.
    """
    known = frame.dropna(subset=["list_size", "share_65_plus", "imd"]).reset_index(drop=True)
    here = known["practice"] == practice
    if not here.any():
        raise ValueError(f"peers: {practice} has no list size, share aged 65+ or IMD; load its list sizes.")
    traits = np.column_stack([np.log(known["list_size"]), known["share_65_plus"], known["imd"]]).astype(float)
    spread = traits.std(axis=0)
    standard = (traits - traits.mean(axis=0)) / np.where(spread > 0, spread, 1)
    distance = np.sqrt(((standard - standard[here.to_numpy()][0]) ** 2).sum(axis=1))
    others = known.assign(distance=distance)[~here]
    return others.sort_values(["distance", "practice"], ignore_index=True).head(k)


def may_be_shown(peers: pd.DataFrame, k: int = FEWEST_SHOWN) -> bool:
    """Whether so few peers may be shown as an aggregate: not below 5 practices."""
    return len(peers) >= k
