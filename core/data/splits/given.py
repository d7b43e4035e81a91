"""Predefined split: a column says which part each row belongs to."""

import re

import pandas as pd

from core.config import Split
from core.data.splits.units import give_back, take, units_of

SPELLINGS = {
    "train": "train training learn fit tr 0_train train_set training_set trainset entraînement entrainement "
    "apprentissage entrenamiento treino treinamento addestramento обучение 训练 训练集 訓練 学習",
    "validation": "validation valid val dev development eval validate validation_set dev_set validierung validación "
    "validação валидация 验证 验证集 驗證 検証",
    "test": "test testing tst held_out heldout holdout hold_out test_set testset prueba teste prova "
    "проверка тест 测试 测试集 測試 テスト",
}
PARTS = {spelling: part for part, spellings in SPELLINGS.items() for spelling in spellings.split()}


def part_of(value: object) -> str:
    """The part that this value names, in its usual spellings, or nothing."""
    return PARTS.get(re.sub(r"[\s_-]+", "_", value.strip().casefold()), "") if isinstance(value, str) else ""


def parts_of(column: pd.Series) -> pd.Series:
    """The part of each row: train, validation, test, or empty where the value names none."""
    return column.map({value: part_of(value) for value in column.dropna().unique()}).fillna("").astype(object)


def split_as_given(rows: pd.DataFrame, split: Split) -> pd.Series:
    """The parts as given (`part`); where none is for validation, the share asked for comes out of train."""
    parts = rows["part"].copy()
    if (parts == "validation").any() or not split.validation:
        return parts
    train = rows[parts == "train"]
    if train.empty:
        return parts
    units = units_of(train, split)
    taken = take(units, split.validation, split, "validation")
    (taken,) = give_back(units, units.index.difference(taken), [taken[::-1]])
    parts[train.index[train["unit"].isin(taken)]] = "validation"
    return parts
