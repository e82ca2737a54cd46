/**
 * Options for the training of Rasa's networks and solvers. Our components learn from the same examples in another way
 * and do not have these options.
 */
const TRAINING_OPTIONS = new Set([
  ...['epochs', 'batch_size', 'batch_strategy', 'learning_rate', 'random_seed', 'run_eagerly', 'checkpoint_model'],
  ...['evaluate_every_number_of_epochs', 'evaluate_on_number_of_examples', 'tensorboard_log_directory'],
  ...['tensorboard_log_level', 'hidden_layers_sizes', 'share_hidden_layers', 'embedding_dimension', 'dense_dimension'],
  ...['concat_dimension', 'transformer_size', 'number_of_transformer_layers', 'number_of_attention_heads'],
  ...['use_key_relative_attention', 'use_value_relative_attention', 'max_relative_position', 'unidirectional_encoder'],
  ...['number_of_negative_examples', 'similarity_type', 'loss_type', 'ranking_length', 'maximum_positive_similarity'],
  ...['maximum_negative_similarity', 'use_maximum_negative_similarity', 'scale_loss', 'constrain_similarities'],
  ...['regularization_constant', 'negative_margin_scale', 'drop_rate', 'drop_rate_attention', 'connection_density'],
  ...['use_sparse_input_dropout', 'use_dense_input_dropout', 'use_masked_language_model', 'BILOU_flag', 'use_gpu'],
  ...['model_confidence', 'max_iterations', 'L1_c', 'L2_c', 'C', 'kernels', 'gamma', 'max_cross_validation_folds'],
]);

/**
 * Whether a notice of the training is only about a replaced component of Rasa, or about a training option of Rasa. Such
 * notices do not show a mistake in an imported project; a misspelt option stays a warning.
 */
export function isAboutRasaOnly(notice: string): boolean {
  if (notice.includes(': this component has no meaning here; ')) return true;
  const option = /: the option (\w+) has no effect here\.$/.exec(notice)?.[1];
  return option !== undefined && TRAINING_OPTIONS.has(option);
}
