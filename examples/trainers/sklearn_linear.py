"""Trains a linear classifier with scikit-learn: logistic regression by stochastic gradient descent, one against the rest.

For tasks that list two tensors, `coef` [classes, features] and `intercept` [classes] (one row for two classes), such as digits-linear.yaml.

swarm node run --home clinic --trainer "python3 examples/trainers/sklearn_linear.py"
"""

import numpy as np
import sklearn
from sklearn.linear_model import SGDClassifier
from swarm_trainer import Trainer, run


class LinearClassifier(Trainer):
    engine = ("scikit-learn", sklearn.__version__)

    def __init__(self, task, rows):
        super().__init__(task, rows)
        outputs = 1 if len(task.classes) == 2 else len(task.classes)
        wanted = {"coef": (outputs, len(task.features)), "intercept": (outputs,)}
        if task.shapes != wanted:
            raise ValueError(f"this trainer is for tasks with the tensors {wanted}, not {task.shapes}")
        # As its weights are, so that no step has to convert them.
        self.features = rows.training.features.astype(np.float64)

    def classifier(self, weights, random):
        """A classifier as if it had been fitted to these weights."""
        rate = self.task.training["optimizer"]["learningRate"]
        classifier = SGDClassifier(loss="log_loss", alpha=0.0, learning_rate="constant", eta0=rate, random_state=random)
        labels = np.arange(len(self.task.classes))
        # Makes its attributes; what it learns from rows of zeros is replaced.
        classifier.partial_fit(np.zeros((len(labels), len(self.task.features))), labels, classes=labels)
        classifier.coef_ = np.array(weights["coef"], dtype=np.float64)
        classifier.intercept_ = np.array(weights["intercept"], dtype=np.float64)
        return classifier

    def train(self, base, round):
        rows, epochs = self.rows.training, self.task.training["localEpochs"]
        classifier = self.classifier(base, round.random())
        loss = 0.0
        for epoch in range(1, epochs + 1):
            classifier.partial_fit(self.features, rows.labels)
            own = self.log_probabilities(classifier, self.features)[np.arange(len(rows)), rows.labels]
            loss = -float(own.mean())
            round.progress(epoch, epochs, 1, 1, loss)
        weights = {"coef": classifier.coef_, "intercept": classifier.intercept_}
        return {name: values.astype(np.float32) for name, values in weights.items()}, loss

    def logits(self, weights, features):
        return self.log_probabilities(self.classifier(weights, None), features)

    @staticmethod
    def log_probabilities(classifier, features):
        return np.log(np.clip(classifier.predict_proba(features), 1e-12, 1.0))


if __name__ == "__main__":
    run(LinearClassifier)
